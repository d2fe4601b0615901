(() => {
  'use strict';
  const root = document.documentElement, all = s => [...document.querySelectorAll(s)], one = s => document.querySelector(s);
  const form = one('.filters'), framework = one('#framework'), shown = one('#shown'), controls = all('.control'), texts = new Map();
  const say = (en, zh) => root.lang === 'zh' ? zh : en;

  // What stands in a control, in both languages, in small letters.
  const text = c => {
    if (!texts.has(c)) texts.set(c, (c.dataset.id + ' ' + c.textContent).toLowerCase());
    return texts.get(c);
  };
  const chosen = name => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map(i => i.value));
  const filter = () => {
    const words = one('#find').value.toLowerCase().split(/\s+/).filter(Boolean);
    const by = ['status', 'severity', 'level', 'state'].map(name => [name, chosen(name)]).filter(([, values]) => values.size);
        let n = 0;
    for (const c of controls) {
      const match = by.every(([name, values]) => values.has(c.dataset[name])) && (!framework.value || !!c.querySelector(`[data-fw="${framework.value}"]`)) && words.every(w => text(c).includes(w));
      if (c.hidden === match) c.hidden = !match;
      n += match;
    }
    for (const s of all('.section')) s.hidden = !s.querySelector('.control:not([hidden])');
    one('#none').hidden = n > 0;
    shown.textContent = say(`${n} of ${controls.length} controls shown`, `显示 ${n} / ${controls.length} 个控制项`);
  };
  const speak = lang => {
    root.lang = lang;
    const title = one('title');
    document.title = title.dataset[lang];
    for (const b of all('.lang button')) b.setAttribute('aria-pressed', b.dataset.lang === lang);
    for (const b of all('.copy')) b.textContent = say('Copy', '复制');
    filter();
  };
  const choose = () => {
    for (const f of all('.fw')) f.hidden = framework.value !== '' && f.dataset.fw !== framework.value;
  };
  const copy = async (button, pre) => {
    const text = pre.querySelector('code').textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(pre.querySelector('code'));
      document.execCommand('copy');
    }
    button.firstChild.textContent = say('Copied', '已复制');
    setTimeout(() => { button.firstChild.textContent = say('Copy', '复制'); }, 2000);
  };
  const fold = open => {
    for (const d of all('.control')) if (!d.hidden) d.open = open;
    if (open) for (const d of all('.section')) d.open = true;
  };
  const clear = () => { form.reset(); choose(); filter(); };
  // A link may lead to what is folded or filtered out.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target || target.tagName !== 'DETAILS') return;
    if (target.hidden) clear();
    for (let d = target; d; d = d.parentElement && d.parentElement.closest('details')) d.open = true;
    target.scrollIntoView();
    target.querySelector('summary').focus({preventScroll: true});
  };

  for (const b of all('.lang button')) b.addEventListener('click', () => speak(b.dataset.lang));
  form.addEventListener('input', filter);
  const known = new Map(all('.fw').map(f => [f.dataset.fw, f.title]));
  for (const [name, title] of known) framework.add(new Option(title, name));
  framework.hidden = one('label[for=framework]').hidden = !known.size;
  framework.addEventListener('change', choose);
  for (const pre of all('pre.run')) {
    const button = pre.appendChild(document.createElement('button'));
    button.type = 'button';
    button.className = 'copy';
    button.append(say('Copy', '复制'));
    button.addEventListener('click', () => copy(button, pre));
  }
  form.addEventListener('submit', e => e.preventDefault());
  one('#clear').addEventListener('click', clear);
  one('#unfold').addEventListener('click', () => fold(true));
  one('#fold').addEventListener('click', () => fold(false));
  window.addEventListener('hashchange', reveal);
  document.addEventListener('click', e => {
    const link = e.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) reveal();
  });
  // Paper does not unfold.
  let folded = [];
  window.addEventListener('beforeprint', () => {
    folded = all('details:not([open])');
    for (const d of folded) d.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const d of folded) d.open = false;
  });
  form.hidden = one('.lang').hidden = false;
  speak(root.lang);
  reveal();
})();

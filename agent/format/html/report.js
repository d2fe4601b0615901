(() => {
  'use strict';
  const root = document.documentElement, all = s => [...document.querySelectorAll(s)], one = s => document.querySelector(s);
  const form = one('.filters'), shown = one('#shown'), controls = all('.control'), texts = new Map();
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
      const match = by.every(([name, values]) => values.has(c.dataset[name])) && words.every(w => text(c).includes(w));
      if (c.hidden === match) c.hidden = !match;
      n += match;
    }
    for (const s of all('.section')) s.hidden = !s.querySelector('.control:not([hidden])');
    one('#none').hidden = n > 0;
    shown.textContent = say(`${n} of ${controls.length} controls shown`, `显示 ${n} / ${controls.length} 项控制`);
  };
  const speak = lang => {
    root.lang = lang;
    const title = one('title');
    document.title = title.dataset[lang];
    for (const b of all('.lang button')) b.setAttribute('aria-pressed', b.dataset.lang === lang);
    filter();
  };
  const fold = open => {
    for (const d of all('.control')) if (!d.hidden) d.open = open;
    if (open) for (const d of all('.section')) d.open = true;
  };
  const clear = () => { form.reset(); filter(); };
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

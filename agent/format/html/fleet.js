(() => {
  'use strict';
  const root = document.documentElement, all = s => [...document.querySelectorAll(s)], one = s => document.querySelector(s);
  const form = one('.filters'), rows = all('[data-row]');
  const filter = () => {
    const words = one('#find').value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set([...form.querySelectorAll('input[name=severity]:checked')].map(i => i.value));
    for (const r of rows) {
      const text = (r.dataset.row + ' ' + (r.dataset.text ?? (r.dataset.text = r.closest('.matrix') ? '' : r.textContent))).toLowerCase();
      const match = words.every(w => text.includes(w)) && (!severities.size || r.dataset.severity === undefined || severities.has(r.dataset.severity));
      if (r.hidden === match) r.hidden = !match;
    }
  };
  const speak = lang => {
    root.lang = lang;
    document.title = one('title').dataset[lang];
    for (const b of all('.lang button')) b.setAttribute('aria-pressed', b.dataset.lang === lang);
  };
  for (const b of all('.lang button')) b.addEventListener('click', () => speak(b.dataset.lang));
  form.addEventListener('input', filter);
  form.addEventListener('submit', e => e.preventDefault());
  form.hidden = one('.lang').hidden = false;
  speak(root.lang);
})();

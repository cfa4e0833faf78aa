/**
 * What the page does beyond showing: filters the verdicts, opens what a link points into and everything for print.
 * Without it nothing is missing. The policy of the page names its hash, so that no other script can run.
 */
export const SCRIPT = `
document.documentElement.classList.add('js');
const rows = [...document.querySelectorAll('tbody[data-standing]')];
const buttons = [...document.querySelectorAll('button[data-filter]')];
const search = document.querySelector('#search');
const status = document.querySelector('#shown');
function apply() {
  const pressed = buttons.find((button) => button.getAttribute('aria-pressed') === 'true');
  const wanted = pressed ? pressed.dataset.filter : '';
  const text = search ? search.value.toLowerCase() : '';
  let shown = 0;
  for (const row of rows) {
    const standing = !wanted || row.dataset.standing === wanted;
    row.hidden = !standing || !row.textContent.toLowerCase().includes(text);
    if (!row.hidden) shown += 1;
  }
  if (status) status.textContent = shown + ' of ' + rows.length + ' shown';
}
for (const button of buttons) {
  button.addEventListener('click', () => {
    for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
    apply();
  });
}
if (search) search.addEventListener('input', apply);
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.hidden) { buttons[0].click(); search.value = ''; apply(); }
  for (let node = target; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', openTarget);
if (location.hash) openTarget();
let opened = [];
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll('details:not([open])')];
  for (const node of opened) node.open = true;
});
addEventListener('afterprint', () => { for (const node of opened) node.open = false; });
`;

// The reports that the tests look at. harden itself writes each of them, of a
// tree of files that is laid out for it: nothing here is made up of HTML.
import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const repository = path.join(here, '../..');
const harden = process.env.HARDEN ?? path.join(repository, 'bin/harden');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'harden-browser-'));
process.on('exit', () => fs.rmSync(dir, {recursive: true, force: true}));

const at = (...names) => path.join(dir, ...names);
const write = (name, text, mode = 0o644) => {
  fs.mkdirSync(path.dirname(at(name)), {recursive: true});
  fs.writeFileSync(at(name), text);
  fs.chmodSync(at(name), mode); // whatever the umask
};

// run runs harden. A check that could not look at everything exits with 1 and
// has printed its report all the same.
const run = (args, codes = [0]) => {
  const {status, stdout, stderr, error} = spawnSync(harden, args, {cwd: dir, maxBuffer: 64 << 20, env: {...process.env, HARDEN_PROFILE: ''}});
  if (error) throw error;
  if (!codes.includes(status)) throw new Error(`harden ${args.join(' ')}: exit ${status}\n${stderr}`);
  return stdout;
};

// The sample node as a site has it: most of the CIS benchmark open, one waiver
// that holds and one that is over, three verdicts of persons, and a manifest
// that nobody can read.
const node = () => {
  if (fs.existsSync(at('node'))) return 'node';
  execFileSync(process.env.GO ?? 'go', ['run', './integration/samplenode', at('node')], {cwd: repository});
  const manifest = fs.readFileSync(at('node/etc/kubernetes/manifests/kube-scheduler.yaml'), 'utf8');
  write('node/etc/kubernetes/manifests/kube-scheduler.yaml', manifest + 'kind: Pod\n', 0o600);
  write('node/etc/harden/attestations.yaml', `harden: attestations/v1
attestations:
  - {control: cis-1.12/5.1.1, verdict: compliant, reason: reviewed in CHG-481, by: alice, date: "2026-11-22", expires: "2999-12-31"}
  - {control: cis-1.12/5.1.3, verdict: open, reason: 还有两个角色使用通配符，计划在下个维护窗口内删除, by: bob, date: "2026-11-22", expires: "2999-12-31"}
  - {control: cis-1.12/5.1.4, verdict: compliant, reason: it was fine, by: carol, date: "2020-01-02", expires: "2020-12-31"}
`);
  write('site.yaml', `harden: profile/v1
name: site
version: 1.2.0
title: {en: "Control planes of the payment cluster", zh: "支付集群控制面节点"}
extends: [cis-1.12]
waivers:
  - {rule: kubelet-unit-mode, reason: "the package owns the unit until ticket OPS-311 is done", expires: "2999-06-30"}
  - {rule: apiserver-profiling, reason: "profiles were needed for one incident", expires: "2020-01-31"}
`);
  return 'node';
};

// Paths below a directory that would do harm where they were taken for HTML,
// CSS, script, a terminal's or a change of direction. A slash makes a directory.
export const hostile = [
  '</script><img src=x onerror=window.pwned=1>.key',
  '"><svg onload=window.pwned=1>\'&amp;.key',
  '</style><script>window.pwned=1</script>.key',
  '\u202egpj.\u2066exe\u2069.key',
  '\u001b[31mred\nline.key',
  '{{constructor}}${window.pwned=1}%3Cscript%3E.key',
];

// A profile holds no character that changes the direction.
const evil = JSON.stringify(`</script><img src=x onerror=window.pwned=1>"'&`);

const hostileNode = () => {
  for (const name of hostile) write('hostile/etc/kubernetes/pki/' + name, 'key');
  write('hostile.yaml', `harden: profile/v1
name: hostile
version: 1.0.0
title: {en: ${evil}, zh: ${evil}}
extends: [kubeadm-node]
waivers:
  - {rule: pki-certificate-mode, reason: ${evil}, expires: "2020-01-01"}
controls:
  - {id: "9.1", title: {en: ${evil}, zh: ${evil}}, manual: {en: ${evil}, zh: ${evil}}}
`);
  write('hostile/etc/kubernetes/pki/ca.crt', 'certificate', 0o666);
  return 'hostile';
};

// Two thousand controls, each with a rule, a file that drifts and a change of
// its own: the largest page that any node is expected to give.
export const many = 2000;
const large = () => {
  let controls = '', rules = '';
  for (let i = 0; i < many; i++) {
    const file = `/etc/kubernetes/pki/tenants/${String(i).padStart(4, '0')}.key`;
    write('large' + file, 'key');
    controls += `  - {id: "${1 + Math.floor(i / 100)}.${i % 100}", level: ${1 + i % 2}, title: {en: "Key ${i} is closed to others", zh: "密钥 ${i} 不对他人开放"}, rules: [key-${i}]}\n`;
    rules += `  - {name: key-${i}, kind: file-access, with: {path: ${file}, mode: "0600"}, title: {en: "Mode of key ${i}", zh: "密钥 ${i} 的权限"}, why: {en: "Whoever reads the key is who it names.", zh: "读取密钥者即可冒充其所有者。"}}\n`;
  }
  write('large.yaml', `harden: profile/v1\nname: large\nversion: 1.0.0\ntitle: {en: "Keys of two thousand tenants", zh: "两千租户的密钥"}\ncontrols:\n${controls}rules:\n${rules}`);
  return 'large';
};

// some are controls with every verdict and every kind of finding among them.
const some = '1.1.1,1.1.9,1.1.12,1.1.19,1.1.20,1.2.1,1.2.3,1.2.5,1.2.9,1.2.11,1.2.15,1.2.16,1.3.2,1.4.1,4.1.1,4.1.3,4.2.6,4.2.9,5.1.1,5.1.2,5.1.3,5.1.4,5.3.2';

// What changed between the node as it is and after an apply.
const compare = lang => {
  const tree = 'compared';
  if (!fs.existsSync(at(tree))) {
    fs.cpSync(at(node()), at(tree), {recursive: true, verbatimSymlinks: true});
    fs.rmSync(at(tree, 'etc/harden'), {recursive: true});
    const scheduler = at(tree, 'etc/kubernetes/manifests/kube-scheduler.yaml');
    fs.writeFileSync(scheduler, fs.readFileSync(scheduler, 'utf8').replace(/kind: Pod\n$/, ''));
    const report = () => run(['check', '--root', tree, '--profile', 'cis-1.12', '--only', some, '-o', 'json']);
    fs.writeFileSync(at('before.json'), report());
    run(['apply', '--root', tree, '--profile', 'cis-1.12', '--yes']);
    run(['attest', 'cis-1.12/5.1.3', '--root', tree, '--verdict', 'open', '--reason', 'two roles left', '--expires', '2999-12-31']);
    fs.chmodSync(at(tree, 'etc/kubernetes/pki/ca.crt'), 0o666);
    fs.writeFileSync(at('after.json'), report());
  }
  return run(['diff', 'before.json', 'after.json', '--lang', lang, '-o', 'html']);
};

// Reports of many nodes, of two weeks: what one check says of the sample node, under other
// names and days, and with other verdicts. One file is not a report.
export const nodes = 200;
const fleet = (lang, n, format) => {
  const dir = `fleet-${n}`;
  if (!fs.existsSync(at(dir))) {
    const checked = JSON.parse(run(['check', '--root', node(), '--profile', 'cis-1.12', '-o', 'json'], [1]));
    for (let i = 0; i < n; i++) {
      for (const week of [0, 1]) {
        const findings = checked.findings.map((f, k) => f.status === 'drift' && (i * 7 + k * 3 + week) % 11 ? {...f, status: 'compliant'} : f);
        const time = new Date(Date.UTC(2026, 10, 22 + 7 * week, 9, i % 60) - (i % 50 === 12 ? 4 * 86400e3 : 0)).toISOString();
        write(`${dir}/w${String(i).padStart(3, '0')}-${week}.json`, JSON.stringify({...checked, changes: [], error: undefined, host: i === 3 ? hostile[0] : `w${String(i).padStart(3, '0')}`, time, findings}));
      }
    }
    write(`${dir}/torn.json`, '{"schema": "harden/v1", ');
  }
  return run(['summary', dir, '--lang', lang, '-o', format], [1]);
};

const site = (lang, ...rest) => run(['check', '--root', node(), '--profile', './site.yaml', '--lang', lang, '-o', 'html', ...rest], [1]);

const make = {
  site: () => site('en'),
  'site-zh': () => site('zh'), // the same in what it holds; it opens in Chinese
  short: () => site('en', '--only', some),
  'short-zh': () => site('zh', '--only', some),
  baseline: () => run(['check', '--root', node(), '--profile', 'qkxy-cs001-2023', '--lang', 'zh', '-o', 'html'], [0, 1]),
  sound: () => run(['check', '--root', node(), '--profile', 'cis-1.12', '--only', '1.1.1,1.1.2', '-o', 'html']),
  hostile: () => run(['check', '--root', hostileNode(), '--profile', './hostile.yaml', '-o', 'html'], [0, 1]),
  large: () => run(['check', '--root', large(), '--profile', './large.yaml', '-o', 'html']),
  fleet: () => fleet('en', nodes, 'html'),
  'fleet-small': () => fleet('en', 12, 'html'),
  'fleet-zh': () => fleet('zh', 12, 'html'),
  diff: () => compare('en'),
  'diff-zh': () => compare('zh'),
};

const made = new Map();
/** report is the path of a report, which is made when it is first asked for. */
export const report = name => {
  if (!made.has(name)) {
    fs.writeFileSync(at(name + '.html'), make[name]());
    made.set(name, at(name + '.html'));
  }
  return made.get(name);
};
export const names = Object.keys(make);

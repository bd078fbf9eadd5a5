// @ts-check

/**
 * What is missing and will be installed, with the reason for each and its size, before anything is done; no lines if nothing is.
 * @param {import('./plan.js').Plan} plan
 * @param {import('./machine.js').Rights} how
 * @returns {string[]}
 */
export function describePlan(plan, how) {
  if (plan.steps.length === 0) return [];
  const rows = plan.steps.map((step) => ({
    name: step.title,
    size: step.megabytes === 0 ? '' : sizeOf(step.megabytes),
    reason: step.reason,
  }));
  const nameWidth = Math.max(...rows.map((row) => row.name.length));
  const sizeWidth = Math.max(...rows.map((row) => row.size.length));
  const total = plan.steps.reduce((sum, step) => sum + step.megabytes, 0);
  const lines = rows.map((row) => `  ${row.name.padEnd(nameWidth)}  ${row.size.padStart(sizeWidth)}  ${row.reason}`);
  return [
    'Missing on this machine:',
    ...lines,
    `${total === 0 ? '' : `In all about ${sizeOf(total)} of disk. `}${means(plan, how)}`.trim(),
    '',
  ];
}

/** @param {number} megabytes */
function sizeOf(megabytes) {
  return megabytes >= 1000 ? `${(megabytes / 1000).toFixed(1)} GB` : `${megabytes} MB`;
}

/** @param {import('./plan.js').Plan} plan @param {import('./machine.js').Rights} how */
function means(plan, how) {
  const root = plan.steps.some((step) => step.needsRoot);
  const by = [
    plan.steps.some((step) => step.kind === 'npm') ? 'npm' : '',
    plan.steps.some((step) => step.kind === 'apt' || step.kind === 'plugins') ? 'apt' : '',
  ];
  const tools = by.filter(Boolean).join(' and ');
  const asRoot =
    root && how !== 'root' && how !== 'none'
      ? ` Root's part goes through sudo${how === 'sudo-asks' ? ', which may ask for your password' : ''}.`
      : '';
  return `${tools === '' ? '' : `It comes through this machine's own ${tools}.`}${asRoot}`;
}

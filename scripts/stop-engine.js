// @ts-check
import { rights } from './setup/machine.js';
import { stopRecordedEngine } from './setup/start-engine.js';

const outcome = await stopRecordedEngine(rights());
console.log(`Docker Engine that was started here: ${outcome}`);
process.exitCode = outcome === 'still running' ? 1 : 0;

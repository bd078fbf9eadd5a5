/** What the owner's own services/*.ts import as `datamancy`: the words of a service definition. */
export * from './contracts/index.ts';
export * from './service/index.ts';

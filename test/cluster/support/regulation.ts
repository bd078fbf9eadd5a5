import { docker } from './command.ts';

/** Makes the sign-on server forget every guess, so that a test does not wait for what another one did; `valkey` is the container's id. */
export async function forgiveGuesses(valkey: string): Promise<void> {
  const forget =
    "for _, kind in ipairs({'tries', 'ban'}) do for _, key in ipairs(redis.call('keys', '*:' .. kind .. ':*')) do redis.call('del', key) end end";
  await docker(
    'exec',
    valkey,
    'sh',
    '-c',
    'REDISCLI_AUTH=$(cat "$VALKEY_PASSWORD_FILE") exec "$(command -v valkey-cli || echo redis-cli)" -e -p "$VALKEY_PORT" eval "$0" 0',
    forget,
  );
}

/** Does something to every item, at most `limit` at a time, in their order. The first failure is thrown. */
export async function inParallel<T>(items: readonly T[], limit: number, act: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const follow = async (): Promise<void> => {
    for (const item of rest) await act(item);
  };
  await Promise.all(Array.from({ length: limit }, follow));
}

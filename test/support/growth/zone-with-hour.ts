/** A zone where this hour has begun: nothing is sent at night, and a server of its own goes by the real clock. */
export function zoneWithHour(hour: number): string {
  const west = new Date().getUTCHours() - hour;
  // Signs are the other way round in these names.
  return west === 0 ? 'Etc/UTC' : `Etc/GMT${west > 0 ? `+${west}` : west}`;
}

import { useEffect, useState } from 'react';

/** Returns the time in milliseconds, anew each second while `ticking`, at most until `last`. */
export function useNow(ticking: boolean, last = Infinity): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) {
      return undefined;
    }
    const tick = () => {
      const now = Date.now();
      setNow(now);
      if (now > last) {
        clearInterval(timer);
      }
    };
    const first = setTimeout(tick, 0);
    const timer = setInterval(tick, 1_000);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [ticking, last]);
  return now;
}

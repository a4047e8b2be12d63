/* The phone's position, with permission, and what is said when there is none. */

const TIMEOUT_MS = 20e3, SLOW_MS = 5e3;

/** Ask the phone where it is, and start from there. */
export function ask(page) {
  const { says } = page;
  if (self.origin === "null") {
    page.say(says.sandboxed, true);
    return;
  }
  if (!self.isSecureContext || !navigator.geolocation) {
    page.say(says.insecure, true);
    return;
  }
  page.say(says.locating);
  const slow = setTimeout(() => page.say(says.slow), SLOW_MS);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      clearTimeout(slow);
      page.start({ at: [coords.longitude, coords.latitude], label: says.own, accuracy_m: coords.accuracy });
    },
    (error) => {
      clearTimeout(slow);
      page.say(error.code === error.PERMISSION_DENIED ? says.denied : says.unavailable, true);
    },
    { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 0 },
  );
}

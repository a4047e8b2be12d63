/* Scripts that are loaded when they are first needed, without the syntax for it, which is younger
   than the oldest phones that this is for (ES2018). */

const arrivals = new Map();

/** What a script of ours gives, by its address below `folder`; loaded once. */
export function load(folder, name) {
  if (!arrivals.has(name)) {
    const script = document.createElement("script");
    const arrival = { promise: null, resolve: null };
    arrival.promise = new Promise((resolve, reject) => {
      arrival.resolve = resolve;
      script.onerror = () => {
        arrivals.delete(name);
        reject(new Error(name));
      };
    });
    arrivals.set(name, arrival);
    script.type = "module";
    script.src = folder + name;
    document.head.append(script);
  }
  return arrivals.get(name).promise;
}

/** Called by such a script when it is there. */
export function arrived(name, given) {
  arrivals.get(name).resolve(given);
}

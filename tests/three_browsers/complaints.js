// Keeps what goes wrong in a page, from before its first script on: for browsers whose driver does not tell.
window.complaints = [];
{
  const told = (text) => window.complaints.push(text);
  for (const kind of ["error", "warn"]) {
    const say = console[kind];
    console[kind] = (...words) => {
      told(`console ${kind}: ${words.join(" ")}`);
      say.apply(console, words);
    };
  }
  // A card that has grown is measured once more in the next frame: that is no fault, though it is told as one.
  const measuredAgain = (event) => event.message?.startsWith("ResizeObserver loop completed");
  // From the disk WebKit tells no words of an error: so this one must not come up there at all.
  if (location.protocol === "file:")
    window.ResizeObserver = class extends ResizeObserver {
      constructor(then) {
        super((...seen) => requestAnimationFrame(() => then(...seen)));
      }
    };
  const onError = (event) =>
    measuredAgain(event) ||
    told(
      event instanceof ErrorEvent
        ? `exception: ${event.message} ${event.error?.stack ?? event.filename}`
        : `failed: ${event.target.src ?? event.target.href}`,
    );
  addEventListener("error", onError, { capture: true });
  addEventListener("unhandledrejection", ({ reason }) => told(`rejected: ${reason} ${reason?.stack ?? ""}`));
  addEventListener("securitypolicyviolation", (event) =>
    told(`policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
}

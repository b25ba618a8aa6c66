// A view in a notebook, where many widgets may come at once.

const PATIENCE = 2000; // ms: even on a page that never rests, a widget is drawn

/**
 * Draws a view only when the page has nothing else to do, for what else there is to do may be other widgets on their
 * way: anywidget gives up on one that has not come within two seconds, and then lets no change of Python's through.
 *
 * @param {{ render: (all: any) => Promise<any> }} view
 */
export function drawnWhenIdle(view) {
  const idle = () =>
    new Promise((resolve) => {
      if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: PATIENCE });
      else setTimeout(resolve);
    });
  return { render: (all) => idle().then(() => view.render(all)) };
}

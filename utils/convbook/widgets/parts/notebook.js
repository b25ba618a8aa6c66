// A view in a notebook, where many widgets may come at once.

const PATIENCE = 2000; // ms: even on a page that never rests, a widget is drawn

/**
 * Draws a view only when the page has nothing else to do, for what else there is to do may be other widgets on their
 * way: anywidget gives up on one that has not come within two seconds, and then lets nothing of Python's through.
 *
 * @param {{ render: (all: any) => Promise<any> }} view
 */
export function drawnWhenIdle(view) {
  const idle = () =>
    new Promise((resolve) => {
      if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: PATIENCE });
      else setTimeout(resolve);
    });
  async function render(all) {
    hearAgain(all.model);
    await idle();
    return view.render(all);
  }
  return { render };
}

// On a slow machine it may have given up all the same: then what it has let go by is asked for, and what comes heard.
async function hearAgain(model) {
  const behind = modelBehind(model);
  const listen = behind?._handle_comm_msg;
  const nothing = { content: { data: { method: "none" } } };
  try {
    await listen?.call(behind, nothing);
  } catch {
    const { _handle_comm_msg: hear } = Object.getPrototypeOf(Object.getPrototypeOf(behind)); // which waits for nobody
    behind.comm?.on_msg((message) => hear.call(behind, message)); // a saved notebook may have no kernel yet
    behind.comm?.send({ method: "request_state" }, {});
  }
}

/** The model behind the one that anywidget hands out: each of its events brings it along. */
function modelBehind(model) {
  let behind = null;
  const take = (it) => {
    behind = it;
  };
  model.on("change:_behind", take);
  model.set("_behind", performance.now());
  model.off("change:_behind", take);
  model.set("_behind", undefined); // which is never sent
  return behind;
}

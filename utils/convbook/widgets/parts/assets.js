// Pictures and other data that are no part of a widget's state: of the page's assets, or from the kernel.

/** What stands under this name, as Python's `assets()` has it. @returns {Promise<any>} */
export const openAsset = async (model, name) => (model.asset ? model.asset(name) : fromKernel(model, name));

// The kernel sends its files with the widget, or answers a change of the widget with another one.
const fromKernel = (model, name) =>
  new Promise((resolve) => {
    const look = () => {
      const file = model.get("_files")?.[name];
      if (!file) return;
      model.off("change:_files", look);
      resolve(file);
    };
    model.on("change:_files", look);
    look();
  });

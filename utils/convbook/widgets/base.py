"""What all widgets share: their view, and the page in which they live without a kernel.

A widget is a room, a folder of its own: the `LiveWidget` subclass in `<stem>/__init__.py` whose view is `view.js`
beside it. All of its state is in its synced traits; results are properties, computed with `convbook.ops`.
"""

import json
from contextlib import contextmanager
from html import escape
from typing import ClassVar

import anywidget
import traitlets

from convbook.widgets.bundle import notebook_module, style, view_path
from convbook.widgets.static import as_image
from convbook.widgets.theme import theme_css
from convbook.widgets.traits import Kind, one_line


class LiveWidget(anywidget.AnyWidget):
    """An ipywidget that carries its own kernel-free page: its state at display time and a static picture."""

    _displays = 0
    _stem = None
    _admits: ClassVar[dict] = {}  # {trait: its schema}: what the view may change, and a link set

    def __init_subclass__(cls, **kwargs):
        stem = cls.__module__.rpartition(".")[2]
        if view_path(stem).exists() and cls._stem != stem:  # traitlets derives more classes from a finished one
            cls._stem, cls._css = stem, theme_css() + style(stem)
            kinds = {name: kind for name, kind in vars(cls).items() if isinstance(kind, Kind)}
            cls._admits = {name: kind.schema() for name, kind in kinds.items() if kind.metadata.get("sync")}
            cls._esm = notebook_module(stem, cls._admits)
        super().__init_subclass__(**kwargs)

    def __init__(self, **traits):
        names = [
            name
            for name, trait in self.traits(sync=True).items()
            if trait.this_class.__module__ == type(self).__module__
        ]
        for name in traits:
            if not self.has_trait(name):
                raise TypeError(f"{type(self).__name__} has no trait {name!r}; it has {', '.join(names)}")
        super().__init__(**traits)

    def set_state(self, sync_data):
        """Take what a front end sends; what does not fit leaves the last good state, and raises TraitError."""
        try:
            self._refuse_what_is_the_authors(sync_data)
            super().set_state(sync_data)
        except Exception as error:
            self.send_state([name for name in sync_data if name in self.keys])  # the front end goes back, too
            raise traitlets.TraitError(one_line(error)) from None

    def _refuse_what_is_the_authors(self, names):
        """Refuse changes of our own traits that no view changes: menus, files, scripts, and what is read-only."""
        inherited = anywidget.AnyWidget.class_trait_names(sync=True)
        for name in names:
            if self.has_trait(name) and name not in self._admits and name not in inherited:
                raise traitlets.TraitError(f"{name} is the author's; a view may change {', '.join(self._admits)}")

    @contextmanager
    def hold_trait_notifications(self):
        """Hold notifications as traitlets does, but let any error, not only a TraitError, bring back the last state."""
        cause = None
        try:
            with super().hold_trait_notifications():
                try:
                    yield
                except Exception as error:
                    cause = error
                    raise traitlets.TraitError(str(error)) from error
        except traitlets.TraitError as error:
            raise cause or error from None

    @classmethod
    def assets(cls) -> dict:
        """Return {name: plain JSON} of the data that a page's views of this kind fetch, once for all of them."""
        return {}

    def page_state(self) -> dict:
        """Return the traits that the view reads, by name: plain JSON."""
        names = set(self.trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names(sync=True))
        return {name: getattr(self, name) for name in sorted(names) if not name.startswith("_")}

    def static_svg(self) -> str:
        """Return the picture for paper and for readers without scripts, as one self-contained SVG."""
        raise NotImplementedError

    def description(self) -> str:
        """Return the sentence that says in words, with its numbers, what the picture shows."""
        raise NotImplementedError

    def page_html(self, key: str) -> str:
        """Return the mount for a page without a kernel; `key` names this widget in its page and in shared links."""
        state = json.dumps(self.page_state(), separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
        return (
            f'<div class="convbook-mount" data-widget="{type(self).__name__}" data-key="{escape(key)}">'
            f'<script type="application/json">{state}</script>'
            f"{as_image(self.static_svg(), self.description())}</div>"
        )

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if not hasattr(self, "_key"):  # the same widget shown twice is one widget
            LiveWidget._displays += 1
            self._key = f"{type(self).__name__}-{LiveWidget._displays}"
        data["text/html"] = self.page_html(self._key)
        data["text/plain"] = repr(self)
        return data, metadata

"""Company: who it is, its figures over time, and all that sources say about it."""

from __future__ import annotations

from views import (
    _controls,
    _links,
    _observations,
    _periods,
    _profile,
    _shelf,
    _suppose,
    _timeline,
    _trace,
    _verdicts,
)
from views._element import element, mount
from views._view import alone

view = alone()
book, choice, language = view.book, view.choice, view.language

if not choice.company:
    _controls.nothing(view)
else:
    is_group = bool(book.companies[choice.company].members)
    tools = element("div", _controls.finder(view), _controls.dates(view), class_="tools")
    control = None if is_group else _suppose.control(view, (choice.company,))
    mount("head", language, tools, _profile.heading(view), control, _profile.about(view))
    if is_group:
        mount("cards", language, element("p", view.say("profile.group"), class_="hint"))
    else:
        mount("cards", language, _profile.cards(view))
        mount("periods", language, _periods.section(view))
        _timeline.section(view)

    # What documents state, and what became of it, is no matter of supposing.
    real = view.real
    events = _profile.events(real)
    verdicts = _shelf.verdicts(real.book, choice.company, choice.lens, language)
    joint = _profile.joint(real)
    mount(
        "beside",
        language,
        element(
            "div",
            _controls.part(view, "profile.events", events) if events else None,
            _controls.part(
                view, "profile.claims", _verdicts.listed(view, verdicts, by_company=False)
            )
            if verdicts
            else None,
            _controls.part(view, "profile.joint", joint, hint="profile.joint_hint")
            if joint
            else None,
            class_="parts",
        ),
    )
    listed = _observations.section(real)
    told = listed or element("p", view.say("profile.nothing"), class_="empty")
    mount("observations", language, told)
    kinds = ("observations",) if is_group else ("observations", "derived", "claims")
    mount("tables", language, _links.tables(view, *kinds, company=choice.company))
    silent = None if is_group else _profile.silent(real)
    if silent:
        mount(
            "silent",
            language,
            _controls.part(view, "profile.silent", silent, hint="profile.silent_hint"),
        )

mount("trace", language, _trace.dialog(view))

"""Windows in which people take part, names of answers, and what of a trial is in view."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

SCREENS = ((320, 568), (390, 664), (750, 320), (1366, 768))
SPORTS = (
    *("archery", "badminton", "baseball", "basketball", "biathlon", "bowling", "boxing", "canoeing"),
    *("climbing", "cricket", "curling", "cycling", "diving", "dressage", "fencing", "football", "golf"),
    *("gymnastics", "handball", "high jump", "ice hockey", "javelin", "judo", "karate", "long jump"),
    *("rowing", "sailing", "skiing", "table tennis", "volleyball"),
)
LONG_NAMES = {  # of about sixty letters
    "German": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen Nr",
    "Thai": "ผู้เล่นกำลังกระโดดยิงลูกบาสเกตบอลจากนอกเส้นสามแต้มในสนาม หมายเลข",
    "Chinese": "一名身穿红色球衣的篮球运动员在比赛最后几秒钟从三分线外跳起投篮"
    "而另一名防守球员试图用右手封盖他的投篮但没有成功第",
    "folder": "playing_basketball_three_point_shot_guarded_by_two_players_no",
}
IN_VIEW = """() => {
    const area = (node) => node.getBoundingClientRect();
    const holds = (outer, box) => box.left >= outer.left && box.top >= outer.top
        && box.right <= outer.right && box.bottom <= outer.bottom;
    const page = document.documentElement;
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const buttons = [...document.querySelectorAll("[data-choice]")];
    const stage = document.querySelector("#stage");
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const shares = [0.02, 0.25, 0.5, 0.75, 0.98];
    const reached = (node) => {
        const {left, top, width, height} = area(node);
        return shares.every((x) => shares.every((y) =>
            node.contains(document.elementFromPoint(left + width * x, top + height * y))));
    };
    const cut = (button) => !holds(area(button), area(button.querySelector(".name")));
    return {
        photo: Math.min(area(stage).width, area(stage).height),
        outside: [stage, ...buttons].filter((node) => !holds(screen, area(node))).length,
        covered: !reached(stage),
        on_the_photo: buttons.filter((button) => meets(area(button), area(stage))).length,
        cut: buttons.filter(cut).length,
        smallest_button: Math.min(...buttons.flatMap((button) => [area(button).width, area(button).height])),
        scrolls: page.scrollHeight > innerHeight || page.scrollWidth > innerWidth,
        scrolled: scrollX + scrollY,
    };
}"""


def in_view(page: Page) -> dict[str, Any]:
    """Measure the photo, and what is wrong: parts outside the window, covered, cut off or scrolled."""
    seen: dict[str, Any] = page.evaluate(IN_VIEW)
    return seen


def is_whole(seen: dict[str, Any]) -> bool:
    """Whether nothing is wrong."""
    wrong = ("outside", "covered", "on_the_photo", "cut", "scrolls", "scrolled")
    return not any(seen[name] for name in wrong) and seen["smallest_button"] >= 28


def long_names(language: str, answers: int) -> tuple[str, ...]:
    return tuple(f"{LONG_NAMES[language]}{number}" for number in range(answers))

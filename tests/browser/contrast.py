"""Every look is judged once: axe's rule of contrast passes over a text that looks like one which has passed.

A look is all that the rule's answer hangs on: the style of the text, and what lies under each of its lines by axe's
own reckoning, with every background, picture, opacity and blend up to the root. What failed, and what axe could not
tell (a picture below it, a single character), is judged again wherever it stands.
"""

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

JUDGE_A_LOOK_ONCE = """() => {
  const rule = axe._audit.rules.find(each => each.id === 'color-contrast');
  const check = axe._audit.checks['color-contrast'];
  const { matches } = rule, { evaluate } = check, { dom, color } = axe.commons;
  const OF_TEXT = ['color', 'font-size', 'font-weight', 'text-shadow', '-webkit-text-fill-color',
    '-webkit-text-stroke-color', '-webkit-text-stroke-width'];
  const OF_GROUND = ['background-color', 'background-image', 'opacity', 'mix-blend-mode', 'filter'];
  const NOTHING = 'rgba(0, 0, 0, 0);none;1;normal;none';
  const values = (style, names) => names.map(each => style.getPropertyValue(each)).join(';');
  const once = make => {
    const made = new Map();
    return Object.assign(each => made.get(each) ?? made.set(each, make(each)).get(each), { forget: () => made.clear() });
  };
  const ground = once(element => {
    const style = getComputedStyle(element), own = values(style, OF_GROUND);
    if (color.elementHasImage(element, style)) return `picture;${own}`;
    return own === NOTHING ? '' : own;
  });
  const upward = once(element => {
    const above = element.parentElement ? upward(element.parentElement) : '';
    return ground(element) ? `${ground(element)}<${above}` : above;
  });
  const layer = (element, text) => (element === text ? 'text' : '') + (ground(element) && upward(element));
  const hash = text => {
    let a = 0xdeadbeef, b = 0x41c6ce57;
    for (let at = 0; at < text.length; at++) {
      a = Math.imul(a ^ text.charCodeAt(at), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(at), 1597334677);
    }
    return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
  };
  const look = once(text => {
    const lines = dom.getTextElementStack(text).map(line => line.map(each => layer(each, text)).filter(Boolean));
    return hash(JSON.stringify([values(getComputedStyle(text), OF_TEXT), upward(text), lines]));
  });
  const writes = element => /^(input|select|textarea)$/i.test(element.tagName)
    || [...element.childNodes].some(each => each.nodeType === Node.TEXT_NODE && each.data.trim());
  let passed = new Set();
  rule.matches = function (element, ...others) {
    return writes(element) && !passed.has(look(element)) && matches.call(this, element, ...others);
  };
  check.evaluate = function (element, ...others) {
    if (passed.has(look(element))) return true;
    const answer = evaluate.call(this, element, ...others);
    if (answer === true) passed.add(look(element));
    return answer;
  };
  window.findings = async (asked, known) => {
    [ground, upward, look].forEach(each => each.forget());
    const before = new Set(known.split(' '));
    passed = new Set(before);
    const { violations } = await axe.run(asked);
    const found = violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.target}`));
    return [found, [...passed].filter(each => !before.has(each))];
  };
}"""
"""Wraps the rule that axe has; `findings` answers with what axe finds, and with the looks that passed anew."""
ASK = "([asked, known]) => window.findings?.(asked, known)"
TAKE_WHAT_IS_KEPT = "(0, eval)(sessionStorage.getItem('axe')), 'findings' in window"
TAKE_AND_KEEP = """script => {
  (0, eval)(script);
  try { sessionStorage.setItem('axe', script); } catch { /* a page of no server has no store */ }
}"""
PASSED: set[str] = set()
"""The looks that passed on any page of this process."""


def findings(page: Page, asked: dict[str, Any]) -> list[str]:
    """What axe finds on the page as it stands: rule and place, one line each; `asked` are the options of its run."""
    arguments = [asked, " ".join(PASSED)]
    answer = page.evaluate(ASK, arguments)
    if answer is None:  # a page that axe has not been brought to
        _bring_axe(page, f"{AXE_SCRIPT};({JUDGE_A_LOOK_ONCE})()")
        answer = page.evaluate(ASK, arguments)
    found, passed = answer
    PASSED.update(passed)
    return list(found)


def _bring_axe(page: Page, script: str) -> None:
    """Through the protocol, which costs a third, and once a tab, which then keeps it: most of it is the long way.
    But the protocol's end would bring a page without a network back to it."""
    if not page.evaluate("navigator.onLine"):
        page.evaluate(script)
        return
    devtools = page.context.new_cdp_session(page)
    kept = devtools.send("Runtime.evaluate", {"expression": TAKE_WHAT_IS_KEPT})
    if kept["result"].get("value") is not True:
        devtools.send("Runtime.evaluate", {"expression": f"({TAKE_AND_KEEP})({json.dumps(script)})"})
    devtools.detach()

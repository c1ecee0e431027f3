//! Components of messages, legacy rows and version 2, and what buttons and
//! selects may hold (P24, P25).

use std::collections::HashSet;

use serde_json::Value;

use super::{Problems, field, join, list, number, text};

/// Rows in a legacy message, and buttons in a row.
const ROWS: usize = 5;
/// Components of a version 2 message, nested ones included.
const TOTAL: usize = 40;
/// Characters of all text displays of a version 2 message.
const TEXT_SUM: usize = 4000;
/// Options of a select.
const OPTIONS: usize = 25;
/// The limits of a custom id.
const CUSTOM_ID: (usize, usize) = (1, 100);

pub(crate) const ROW: u64 = 1;
pub(crate) const BUTTON: u64 = 2;
pub(crate) const STRING_SELECT: u64 = 3;

/// Whether this type is one of the selects.
pub(crate) fn is_select(kind: u64) -> bool {
    matches!(kind, 3 | 5..=8)
}

/// Checks the components of a message.
pub(crate) fn check(problems: &mut Problems, at: &str, components: &[Value], v2: bool) {
    let at = join(at, "components");
    let mut walk = Walk {
        problems,
        ids: HashSet::new(),
        total: 0,
        text: 0,
    };
    if v2 {
        walk.version_2(&at, components);
    } else {
        walk.legacy(&at, components);
    }
}

struct Walk<'a, 'p> {
    problems: &'p mut Problems,
    ids: HashSet<&'a str>,
    total: usize,
    text: usize,
}

impl<'a> Walk<'a, '_> {
    fn legacy(&mut self, at: &str, components: &'a [Value]) {
        self.problems.count("P24", at, components.len(), (0, ROWS));
        for (index, row) in components.iter().enumerate() {
            let at = join(at, &index.to_string());
            if number(row, "type") == ROW {
                self.row(&at, row);
            } else {
                self.wrong_type(&at, "(1)");
            }
        }
    }

    fn version_2(&mut self, at: &str, components: &'a [Value]) {
        for (index, component) in components.iter().enumerate() {
            let at = join(at, &index.to_string());
            if matches!(number(component, "type"), 1 | 9 | 10 | 12 | 13 | 14 | 17) {
                self.block(&at, component);
            } else {
                self.wrong_type(&at, "(1, 9, 10, 12, 13, 14, 17)");
            }
        }
        if self.total > TOTAL {
            let words = format!("The total number of components must be {TOTAL} or fewer.");
            self.problems
                .add("P24", at, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words);
        }
        if self.text > TEXT_SUM {
            let words = format!("The total text must be {TEXT_SUM} or fewer in length.");
            self.problems
                .add("P24", at, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words);
        }
    }

    fn block(&mut self, at: &str, component: &'a Value) {
        match number(component, "type") {
            ROW => return self.row(at, component),
            10 => {
                self.problems
                    .required("P24", at, (component, "content"), (1, TEXT_SUM));
                self.text += text(component, "content").chars().count();
            }
            9 => {
                self.inner(at, component, (1, 3), |kind| kind == 10);
                let accessory = field(component, "accessory");
                let at = join(at, "accessory");
                self.total += 1;
                match number(accessory, "type") {
                    BUTTON => self.button(&at, accessory),
                    11 => {}
                    _ => self.wrong_type(&at, "(2, 11)"),
                }
            }
            17 => self.inner(at, component, (1, TOTAL), |kind| {
                matches!(kind, 1 | 9 | 10 | 12..=14)
            }),
            _ => {}
        }
        self.total += 1;
    }

    fn inner(
        &mut self,
        at: &str,
        component: &'a Value,
        limits: (usize, usize),
        fits: impl Fn(u64) -> bool,
    ) {
        let components = list(component, "components");
        self.problems
            .count("P24", &join(at, "components"), components.len(), limits);
        for (index, inner) in components.iter().enumerate() {
            let at = join(at, &format!("components.{index}"));
            if fits(number(inner, "type")) {
                self.block(&at, inner);
            } else {
                self.wrong_type(&at, "(of a nested component)");
            }
        }
    }

    fn row(&mut self, at: &str, row: &'a Value) {
        let components = list(row, "components");
        self.problems
            .count("P24", &join(at, "components"), components.len(), (1, ROWS));
        self.total += 1 + components.len();
        let mut width = 0;
        for (index, component) in components.iter().enumerate() {
            let at = join(at, &format!("components.{index}"));
            match number(component, "type") {
                BUTTON => {
                    width += 1;
                    self.button(&at, component);
                }
                kind if is_select(kind) => {
                    width += ROWS;
                    self.custom_id(&at, component);
                    select(self.problems, &at, component);
                }
                _ => self.wrong_type(&at, "(2, 3, 5, 6, 7, 8)"),
            }
        }
        if width > ROWS {
            let words = "A row holds five buttons or one select.";
            self.problems
                .add("P24", at, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words);
        }
    }

    fn button(&mut self, at: &str, button: &'a Value) {
        self.problems
            .optional("P24", at, (button, "label"), (0, 80));
        let style = number(button, "style");
        match style {
            1..=4 => {
                self.custom_id(at, button);
                if button.get("url").is_some_and(|url| !url.is_null()) {
                    let words = "A custom id and url cannot both be specified";
                    self.problems
                        .add("P24", at, "BUTTON_COMPONENT_CUSTOM_ID_URL", words);
                }
            }
            5 => self.problems.required("P24", at, (button, "url"), (1, 512)),
            6 => self
                .problems
                .required("P24", at, (button, "sku_id"), (1, 20)),
            _ => {
                let words = "Value must be one of {1, 2, 3, 4, 5, 6}.";
                self.problems
                    .add("P24", join(at, "style"), "BASE_TYPE_CHOICES", words);
            }
        }
        let has_emoji = button.get("emoji").is_some_and(Value::is_object);
        if style < 6 && text(button, "label").is_empty() && !has_emoji {
            let words = "A button must have a label or an emoji";
            self.problems
                .add("P24", at, "BUTTON_COMPONENT_LABEL_REQUIRED", words);
        }
    }

    fn custom_id(&mut self, at: &str, component: &'a Value) {
        self.problems
            .required("P24", at, (component, "custom_id"), CUSTOM_ID);
        let id = text(component, "custom_id");
        if !id.is_empty() && !self.ids.insert(id) {
            let path = join(at, "custom_id");
            duplicate(self.problems, "P24", path);
        }
    }

    fn wrong_type(&mut self, at: &str, allowed: &str) {
        let words = format!("Value of field \"type\" must be one of {allowed}.");
        self.problems
            .add("P24", join(at, "type"), "UNION_TYPE_CHOICES", words);
    }
}

/// The problem of a custom id that is there twice.
pub(crate) fn duplicate(problems: &mut Problems, rule: &'static str, path: String) {
    let words = "Component custom id cannot be duplicated";
    problems.add(rule, path, "COMPONENT_CUSTOM_ID_DUPLICATED", words);
}

/// Checks what a select holds, its custom id apart.
pub(crate) fn select(problems: &mut Problems, at: &str, select: &Value) {
    const RULE: &str = "P25";
    problems.optional(RULE, at, (select, "placeholder"), (0, 150));
    problems.range(RULE, at, (select, "min_values"), (0, 25));
    problems.range(RULE, at, (select, "max_values"), (1, 25));
    let (min, max) = bounds(select);
    if min > max {
        let words = "min_values must not be greater than max_values";
        problems.add(RULE, join(at, "min_values"), "BASE_TYPE_RANGE", words);
    }
    if number(select, "type") != STRING_SELECT {
        return;
    }
    let options = list(select, "options");
    problems.count(RULE, &join(at, "options"), options.len(), (1, OPTIONS));
    let mut values = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        let at = join(at, &format!("options.{index}"));
        problems.required(RULE, &at, (option, "label"), (1, 100));
        problems.required(RULE, &at, (option, "value"), (1, 100));
        problems.optional(RULE, &at, (option, "description"), (0, 100));
        if !values.insert(text(option, "value")) {
            let words = "The specified option value is already used";
            let path = join(&at, "value");
            problems.add(
                RULE,
                path,
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                words,
            );
        }
    }
    let defaults = options
        .iter()
        .filter(|option| field(option, "default") == true)
        .count();
    if defaults > max {
        let words = "More options are chosen than max_values allows";
        problems.add(
            RULE,
            join(at, "options"),
            "SELECT_COMPONENT_TOO_MANY_DEFAULTS",
            words,
        );
    }
}

/// How few and how many values a select takes.
pub(crate) fn bounds(select: &Value) -> (usize, usize) {
    let bound = |key, default| {
        let value = select.get(key).and_then(Value::as_u64);
        value
            .and_then(|value| usize::try_from(value).ok())
            .unwrap_or(default)
    };
    (bound("min_values", 1), bound("max_values", 1))
}

/// All buttons and selects of a message, however nested.
pub(crate) fn interactive(components: &[Value]) -> Vec<&Value> {
    let mut found = Vec::new();
    for component in components {
        match number(component, "type") {
            BUTTON => found.push(component),
            kind if is_select(kind) => found.push(component),
            _ => {
                found.extend(interactive(list(component, "components")));
                if let Some(accessory) = component.get("accessory") {
                    found.extend(interactive(std::slice::from_ref(accessory)));
                }
            }
        }
    }
    found
}

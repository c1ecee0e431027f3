//! Discord's own description of its API, and whether a request keeps to it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use deskhand::sandbox::{Recording, RestCall};
use serde_json::{Map, Value};

/// Where the compiler looks for the description as it is, and for the one without unknown properties.
const AS_IT_IS: &str = "mem:///openapi.json";
const CLOSED: &str = "mem:///closed.json";

/// Properties that Discord documents and takes, but leaves out of the description: schema and name.
const LEFT_OUT: [(&str, &str); 1] = [("ApplicationCommandUpdateRequest", "nsfw")];

/// The description, if this machine has it.
static DESCRIPTION: LazyLock<Option<Value>> = LazyLock::new(|| {
    let file = file().filter(|file| file.is_file());
    if file.is_none() {
        // written past the capture of the test harness, which hides what tests print that pass
        let told = "NOT CHECKED: requests against Discord's API description, because there is no \
                    discord/openapi.json in $DESKHAND_SHARED or ../shared\n";
        std::io::stderr()
            .write_all(told.as_bytes())
            .expect("a word on standard error");
    }
    let text = std::fs::read(file?).expect("the description can be read");
    Some(serde_json::from_slice(&text).expect("the description is JSON"))
});

fn file() -> Option<PathBuf> {
    let shared = std::env::var_os("DESKHAND_SHARED").map_or_else(
        || {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .parent()
                .map(|parent| parent.join("shared"))
        },
        |shared| Some(PathBuf::from(shared)),
    );
    Some(shared?.join("discord/openapi.json"))
}

static CHECKER: LazyLock<Option<Checker>> = LazyLock::new(Checker::compile);

/// The checker of this process; `None` where the description is missing, which was said aloud.
pub(crate) fn checker() -> Option<&'static Checker> {
    CHECKER.as_ref()
}

/// Holds a desk's whole conversation to the description when the desk goes.
pub(crate) struct Held(pub(crate) Recording);

impl Drop for Held {
    fn drop(&mut self) {
        let Some(checker) = checker().filter(|_| !std::thread::panicking()) else {
            return;
        };
        for call in self.0.rest() {
            if let Err(wrong) = checker.check(&call) {
                panic!("{} {}: {wrong}\n{:#}", call.method, call.path, call.json());
            }
        }
    }
}

/// Says whether requests keep to the description.
pub(crate) struct Checker {
    schemas: Schemas,
    /// Pointer of a schema, and both of its forms.
    compiled: Vec<(String, [SchemaIndex; 2])>,
}

impl Checker {
    fn compile() -> Option<Self> {
        let description = DESCRIPTION.as_ref()?;
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        let mut closed = description.clone();
        close(&mut closed);
        for (place, document) in [(AS_IT_IS, description.clone()), (CLOSED, closed)] {
            compiler
                .add_resource(place, document)
                .expect("the description is taken");
        }
        let mut schemas = Schemas::new();
        let mut compiled = Vec::new();
        for pointer in pointers(description) {
            let both = [AS_IT_IS, CLOSED].map(|place| {
                let place = format!("{place}#{}", encoded(&pointer));
                compiler
                    .compile(&place, &mut schemas)
                    .unwrap_or_else(|error| panic!("{error:#}"))
            });
            compiled.push((pointer, both));
        }
        Some(Self { schemas, compiled })
    }

    /// What Discord would find wrong with this call, if anything.
    pub(crate) fn check(&self, call: &RestCall) -> Result<(), String> {
        if matches!(call.method.as_str(), "GET" | "DELETE") {
            return if call.body.is_empty() {
                Ok(())
            } else {
                Err("a body where none belongs".to_owned())
            };
        }
        let body: Value = serde_json::from_str(&call.body).map_err(|error| error.to_string())?;
        self.check_body(&call.method, &call.path, &body)
    }

    /// The same for a body on its own.
    pub(crate) fn check_body(&self, method: &str, path: &str, body: &Value) -> Result<(), String> {
        let pointer = if fits("/interactions/{id}/{token}/callback", path) {
            callback(body)?.to_owned()
        } else {
            operation(method, path)
                .ok_or_else(|| format!("{method} {path} is not in the description"))?
        };
        let (_, both) = self
            .compiled
            .iter()
            .find(|(known, _)| *known == pointer)
            .ok_or_else(|| format!("{pointer} was not compiled"))?;
        for schema in both {
            self.schemas
                .validate(body, *schema)
                .map_err(|error| format!("{error:#}"))?;
        }
        Ok(())
    }
}

/// Callback bodies are a union; each type has one schema of its own (P03).
fn callback(body: &Value) -> Result<&'static str, String> {
    Ok(match body["type"].as_u64() {
        Some(4 | 5) => "/components/schemas/CreateMessageInteractionCallbackRequest",
        Some(6 | 7) => "/components/schemas/UpdateMessageInteractionCallbackRequest",
        Some(8) => "/components/schemas/ApplicationCommandAutocompleteCallbackRequest",
        Some(9) => "/components/schemas/ModalInteractionCallbackRequest",
        other => return Err(format!("no callback type: {other:?}")),
    })
}

/// Where the body of an operation is described.
fn operation(method: &str, path: &str) -> Option<String> {
    let paths = DESCRIPTION.as_ref()?["paths"].as_object()?;
    // a path without a placeholder at that place is meant before one with it
    let mut templates: Vec<_> = paths
        .keys()
        .filter(|template| fits(template, path))
        .collect();
    templates.sort_by_key(|template| template.matches('{').count());
    let method = method.to_lowercase();
    let pointer = templates.into_iter().map(|template| {
        let template = template.replace('~', "~0").replace('/', "~1");
        format!("/paths/{template}/{method}/requestBody/content/application~1json/schema")
    });
    pointer
        .into_iter()
        .find(|pointer| DESCRIPTION.as_ref().unwrap().pointer(pointer).is_some())
}

fn fits(template: &str, path: &str) -> bool {
    let mut path = path.trim_matches('/').split('/');
    template.trim_matches('/').split('/').all(|wanted| {
        path.next()
            .is_some_and(|found| wanted.starts_with('{') || wanted == found)
    }) && path.next().is_none()
}

/// What the bot may send: the callbacks by type, messages, edits, commands.
fn pointers(description: &Value) -> Vec<String> {
    let callbacks = [4, 6, 8, 9].map(|kind| {
        callback(&serde_json::json!({ "type": kind }))
            .unwrap()
            .to_owned()
    });
    let operations = [
        ("PUT", "/applications/1/commands"),
        ("POST", "/channels/1/messages"),
        ("PATCH", "/channels/1/messages/1"),
        ("PATCH", "/webhooks/1/t/messages/@original"),
        ("POST", "/webhooks/1/t"),
    ]
    .map(|(method, path)| operation(method, path).expect("an operation of the description"));
    let all: Vec<_> = callbacks.into_iter().chain(operations).collect();
    for pointer in &all {
        assert!(description.pointer(pointer).is_some(), "{pointer}");
    }
    all
}

/// A pointer as a URL's fragment.
fn encoded(pointer: &str) -> String {
    pointer.replace('{', "%7B").replace('}', "%7D")
}

/// Objects of the description are open, so that a union takes whatever has one known property. Here they take what
/// they name and nothing else.
fn close(document: &mut Value) {
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (name, schema) in schemas {
        close_schema(name, schema);
    }
}

fn close_schema(name: &str, schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let composed = ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| object.contains_key(*key));
    let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    add_left_out(name, properties);
    if !composed && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

fn add_left_out(name: &str, properties: &mut Map<String, Value>) {
    for (_, property) in LEFT_OUT.iter().filter(|(schema, _)| *schema == name) {
        properties.insert((*property).to_owned(), Value::Bool(true));
    }
}

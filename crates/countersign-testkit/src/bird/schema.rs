//! What Bird's schema of a message admits: nothing that it does not name (`additionalProperties: false`).
//!
//! The wording is that of kin-openapi, which live answers show; which properties deeper objects have is known for those
//! that clients send.

use serde_json::{Map, Value};

use super::refusal::Faults;

/// What a message may have, of which all but the receiver is optional.
const MESSAGE: &[&str] = &[
    "sender",
    "receiver",
    "reference",
    "template",
    "meta",
    "replyTo",
    "body",
    "notification",
    "capFrequency",
    "enableLinkTracking",
    "ignoreQuietHours",
];
const CONTACT: &[&str] =
    &["id", "identifierKey", "identifierValue", "type", "identifiers", "platformAddress", "platformAddressSelector"];
const TEMPLATE: &[&str] = &[
    "projectId",
    "name",
    "version",
    "locale",
    "variables",
    "parameters",
    "attachments",
    "shortLinks",
    "utmParameters",
    "settings",
];
/// As a live answer lists them.
const BODY_TYPES: &[&str] = &[
    "text",
    "html",
    "image",
    "file",
    "gif",
    "location",
    "carousel",
    "list",
    "section",
    "authentication",
    "template",
    "action",
];

/// Everything that is wrong with a message for a channel whose contacts are found by that key.
pub(super) fn faults(message: &Value, identifier_key: &str) -> Faults {
    let mut schema = Schema::default();
    if let Some(message) = schema.object(message, "", MESSAGE) {
        schema.message(message, identifier_key);
    }
    schema.faults
}

/// Looks at one body, and notes what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) faults: Faults,
}

impl Schema {
    fn message(&mut self, message: &Map<String, Value>, identifier_key: &str) {
        if let Some(receiver) = self.required(message, "", "receiver") {
            self.receiver(receiver, identifier_key);
        }
        if let Some(sender) = message.get("sender") {
            self.sender(sender);
        }
        self.text(message, "", "reference");
        for (name, admits) in
            [("enableLinkTracking", Value::is_boolean as fn(&Value) -> bool), ("meta", Value::is_object)]
        {
            if message.get(name).is_some_and(|value| !admits(value)) {
                let kind = if name == "meta" { "an object" } else { "a boolean" };
                self.faults.add(&format!(".{name}"), format!("value must be {kind}"));
            }
        }
        match (message.get("body"), message.get("template")) {
            (None, None) => self.faults.add(".body", "property \"body\" is missing"),
            (Some(_), Some(_)) => self.faults.add(".template", "set body, or only template"),
            (Some(body), None) => self.body(body),
            (None, Some(template)) => self.template(template),
        }
    }

    fn receiver(&mut self, receiver: &Value, identifier_key: &str) {
        let Some(receiver) = self.object(receiver, ".receiver", &["contacts"]) else { return };
        let Some(contacts) = self.required(receiver, ".receiver", "contacts") else { return };
        let Some(contacts) = contacts.as_array() else {
            return self.faults.add(".receiver.contacts", "value must be an array");
        };
        // One each: what Bird does with several is not known, and a code is one person's affair.
        match contacts.len() {
            0 => self.faults.add(".receiver.contacts", "minimum number of items is 1"),
            1 => {}
            _ => self.faults.add(".receiver.contacts", "maximum number of items is 1"),
        }
        for (place, contact) in contacts.iter().enumerate() {
            let path = format!(".receiver.contacts[{place}]");
            let Some(contact) = self.object(contact, &path, CONTACT) else { continue };
            match self.required(contact, &path, "identifierValue").map(Value::as_str) {
                None => {}
                Some(None) => self.faults.add(&format!("{path}.identifierValue"), "value must be a string"),
                Some(Some("")) => self.faults.add(&format!("{path}.identifierValue"), "minimum string length is 1"),
                Some(Some(_)) => {}
            }
            if let Some(key) = contact.get("identifierKey") {
                self.one_of(key, &format!("{path}.identifierKey"), &[identifier_key]);
            }
        }
    }

    fn sender(&mut self, sender: &Value) {
        let Some(sender) = self.object(sender, ".sender", &["connector"]) else { return };
        let Some(connector) = sender.get("connector") else { return };
        let path = ".sender.connector";
        if let Some(connector) = self.object(connector, path, &["identifierValue", "annotations"]) {
            self.text(connector, path, "identifierValue");
            if let Some(annotations) = connector.get("annotations") {
                self.object(annotations, ".sender.connector.annotations", &["name"]);
            }
        }
    }

    fn body(&mut self, body: &Value) {
        let Some(fields) = body.as_object() else { return self.faults.add(".body", "value must be an object") };
        let Some(kind) = self.required(fields, ".body", "type") else { return };
        self.one_of(kind, ".body.type", BODY_TYPES);
        let Some(kind) = kind.as_str().filter(|kind| BODY_TYPES.contains(kind)) else { return };
        if kind == "template" {
            // The list of types has it, and yet a template is sent at the top level only.
            return self.faults.add(".body", "property \"template\" is unsupported");
        }
        self.object(body, ".body", &["type", kind]);
        let path = format!(".body.{kind}");
        let Some(content) = self.required(fields, ".body", kind) else { return };
        let admitted: &[&str] = match kind {
            "text" => &["text", "actions", "metadata"],
            "html" => &["html", "text", "attachments", "metadata"],
            // What the others look like is not known, so whatever they hold passes.
            _ => return,
        };
        let Some(content) = self.object(content, &path, admitted) else { return };
        if self.required(content, &path, kind).is_some() {
            self.text(content, &path, kind);
        }
        if kind == "html" {
            self.text(content, &path, "text");
            if let Some(metadata) = content.get("metadata") {
                match metadata.as_object() {
                    Some(metadata) => self.text(metadata, ".body.html.metadata", "subject"),
                    None => self.faults.add(".body.html.metadata", "value must be an object"),
                }
            }
        }
    }

    fn template(&mut self, template: &Value) {
        let Some(template) = self.object(template, ".template", TEMPLATE) else { return };
        if !template.contains_key("projectId") && !template.contains_key("name") {
            self.faults.add(".template.projectId", "property \"projectId\" is missing");
        }
        for name in ["projectId", "name", "version", "locale"] {
            self.text(template, ".template", name);
        }
        if template.get("variables").is_some_and(|variables| !variables.is_object()) {
            self.faults.add(".template.variables", "value must be an object");
        }
        let Some(parameters) = template.get("parameters") else { return };
        let Some(parameters) = parameters.as_array() else {
            return self.faults.add(".template.parameters", "value must be an array");
        };
        for (place, parameter) in parameters.iter().enumerate() {
            let path = format!(".template.parameters[{place}]");
            let Some(parameter) = self.object(parameter, &path, &["type", "key", "value"]) else { continue };
            if let Some(kind) = self.required(parameter, &path, "type") {
                self.one_of(kind, &format!("{path}.type"), &["string", "number", "boolean"]);
            }
            for name in ["key", "value"] {
                self.required(parameter, &path, name);
                self.text(parameter, &path, name);
            }
        }
    }

    /// The value as an object that has no other properties.
    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        path: &str,
        admitted: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(fields) = value.as_object() else {
            self.faults.add(path, "value must be an object");
            return None;
        };
        for name in fields.keys().filter(|name| !admitted.contains(&name.as_str())) {
            self.faults.add(path, format!("property \"{name}\" is unsupported"));
        }
        Some(fields)
    }

    pub(super) fn required<'v>(&mut self, fields: &'v Map<String, Value>, path: &str, name: &str) -> Option<&'v Value> {
        let value = fields.get(name);
        if value.is_none() {
            self.faults.add(&format!("{path}.{name}"), format!("property \"{name}\" is missing"));
        }
        value
    }

    /// A text, where there is one.
    pub(super) fn text(&mut self, fields: &Map<String, Value>, path: &str, name: &str) {
        if fields.get(name).is_some_and(|value| !value.is_string()) {
            self.faults.add(&format!("{path}.{name}"), "value must be a string");
        }
    }

    fn one_of(&mut self, value: &Value, path: &str, admitted: &[&str]) {
        match value.as_str() {
            None => self.faults.add(path, "value must be a string"),
            Some(word) if admitted.contains(&word) => {}
            Some(word) => {
                let admitted: Vec<_> = admitted.iter().map(|word| format!("\"{word}\"")).collect();
                self.faults.add(path, format!("Invalid value: \"{word}\", expected one of: {}", admitted.join(", ")));
            }
        }
    }
}

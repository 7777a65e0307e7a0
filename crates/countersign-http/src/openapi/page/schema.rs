//! Objects as tables: a row for each property, those of inner objects behind a dot.

use std::fmt::Write as _;

use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, Array, ArrayItems, Object, SchemaType};
use utoipa::openapi::{RefOr, Schema, Type};

use super::text::{escaped, line};

/// Writes what is to know of an object that has a name.
pub(super) fn write(schema: &RefOr<Schema>, page: &mut String) {
    if let Some(description) = description(schema) {
        add!(page, "<p>{}</p>\n", line(description));
    }
    let forms = alternatives(schema);
    if forms.is_empty() {
        return table(schema, page);
    }
    page.push_str("<p>One of these:</p>\n");
    for form in forms {
        if let RefOr::T(Schema::Object(Object { title: Some(title), .. })) = form {
            add!(page, "<p><b>{}</b></p>\n", escaped(title));
        }
        table(form, page);
    }
}

fn table(schema: &RefOr<Schema>, page: &mut String) {
    page.push_str("<table>\n<thead><tr><th>Property</th><th>Type</th><th>Meaning</th></tr></thead>\n<tbody>\n");
    rows("", schema, page);
    page.push_str("</tbody>\n</table>\n");
}

fn rows(prefix: &str, schema: &RefOr<Schema>, page: &mut String) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            for (name, property) in &object.properties {
                if kind(property) == "null" {
                    continue;
                }
                let path = format!("{prefix}{name}");
                let needed = if object.required.contains(name) { " <em>needed</em>" } else { "" };
                let meaning = description(property).map(line).unwrap_or_default();
                let kind = kind(property);
                add!(
                    page,
                    "<tr><td><code>{}</code>{needed}</td><td>{kind}</td><td>{meaning}</td></tr>\n",
                    escaped(&path)
                );
                inner(&path, property, page);
            }
        }
        // Others have no properties of their own.
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}

/// The rows of what stands inside a property.
fn inner(path: &str, property: &RefOr<Schema>, page: &mut String) {
    match property {
        RefOr::T(Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. })) => {
            rows(&format!("{path}[]."), items, page);
        }
        // Alternatives have the same properties, and differ in what they need.
        RefOr::T(Schema::AnyOf(any)) => {
            if let Some(form) = any.items.first() {
                rows(&format!("{path}."), form, page);
            }
        }
        RefOr::T(_) | RefOr::Ref(_) => rows(&format!("{path}."), property, page),
    }
}

/// What a value is, in a few words.
pub(super) fn kind(schema: &RefOr<Schema>) -> String {
    match schema {
        RefOr::Ref(to) => {
            let name = escaped(to.ref_location.rsplit('/').next().unwrap_or_default());
            format!("<a href=\"#{name}\">{name}</a>")
        }
        RefOr::T(Schema::Array(array)) => list(array),
        RefOr::T(Schema::Object(object)) => plain(object),
        RefOr::T(Schema::OneOf(one)) => either(&one.items),
        RefOr::T(Schema::AnyOf(any)) => {
            let alike = any.items.iter().all(|item| matches!(item, RefOr::T(Schema::Object(_))));
            if alike { "object".to_owned() } else { either(&any.items) }
        }
        RefOr::T(_) => String::new(),
    }
}

fn either(items: &[RefOr<Schema>]) -> String {
    items.iter().map(kind).collect::<Vec<_>>().join(" or ")
}

fn list(array: &Array) -> String {
    let of = match &array.items {
        ArrayItems::RefOrSchema(items) => kind(items),
        ArrayItems::False => String::new(),
    };
    let bounds = match (array.min_items, array.max_items) {
        (Some(least), Some(most)) => format!(", {least} to {most} of them"),
        (Some(least), None) => format!(", {least} at least"),
        (None, Some(most)) => format!(", {most} at most"),
        (None, None) => String::new(),
    };
    format!("list of {of}{bounds}{}", or_null(&array.schema_type))
}

fn plain(object: &Object) -> String {
    let mut told = match &object.enum_values {
        Some(words) => words.iter().map(word).collect::<Vec<_>>().join(" · "),
        None => {
            let map = object.additional_properties.as_deref();
            match (types(&object.schema_type), map) {
                (name, Some(AdditionalProperties::RefOr(values))) => format!("{name} of {}", kind(values)),
                (name, _) => name,
            }
        }
    };
    if let Some(format) = object.format.as_ref().and_then(|format| serde_json::to_value(format).ok()) {
        add!(told, " ({})", escaped(format.as_str().unwrap_or_default()));
    }
    let number = |number: &Option<utoipa::Number>| serde_json::to_value(number.as_ref()?).ok();
    match (number(&object.minimum), number(&object.maximum)) {
        (Some(least), Some(most)) => add!(told, ", {least} to {most}"),
        (Some(least), None) => add!(told, ", from {least}"),
        (None, Some(most)) => add!(told, ", to {most}"),
        (None, None) => {}
    }
    match (object.min_length, object.max_length) {
        (Some(least), Some(most)) => add!(told, ", {least} to {most} characters"),
        (None, Some(most)) => add!(told, ", {most} characters at most"),
        (Some(_) | None, None) => {}
    }
    if let Some(default) = &object.default {
        add!(told, "; {} unless given", word(default));
    }
    told.push_str(&or_null(&object.schema_type));
    told
}

fn word(value: &Value) -> String {
    match value {
        Value::String(word) => format!("<code>{}</code>", escaped(word)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            escaped(&value.to_string())
        }
    }
}

fn types(schema_type: &SchemaType) -> String {
    let named = |of: &Type| match of {
        Type::Object => "object",
        Type::String => "text",
        Type::Integer => "whole number",
        Type::Number => "number",
        Type::Boolean => "<code>true</code> or <code>false</code>",
        Type::Array => "list",
        Type::Null => "null",
    };
    match schema_type {
        SchemaType::Type(of) => named(of).to_owned(),
        SchemaType::Array(types) => {
            let types = types.iter().filter(|of| **of != Type::Null).map(named);
            types.collect::<Vec<_>>().join(" or ")
        }
        SchemaType::AnyValue => "anything".to_owned(),
    }
}

fn or_null(schema_type: &SchemaType) -> String {
    match schema_type {
        SchemaType::Array(types) if types.contains(&Type::Null) => " or null".to_owned(),
        SchemaType::Array(_) | SchemaType::Type(_) | SchemaType::AnyValue => String::new(),
    }
}

/// The forms that something may have, when there are several.
fn alternatives(schema: &RefOr<Schema>) -> &[RefOr<Schema>] {
    match schema {
        RefOr::T(Schema::OneOf(one)) => &one.items,
        RefOr::T(Schema::AnyOf(any)) => &any.items,
        RefOr::T(_) | RefOr::Ref(_) => &[],
    }
}

fn description(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(to) => Some(to.description.as_str()).filter(|text| !text.is_empty()),
        RefOr::T(Schema::Array(array)) => array.description.as_deref(),
        RefOr::T(Schema::Object(object)) => object.description.as_deref(),
        RefOr::T(Schema::OneOf(one)) => one.description.as_deref(),
        RefOr::T(Schema::AnyOf(any)) => any.description.as_deref(),
        RefOr::T(_) => None,
    }
}

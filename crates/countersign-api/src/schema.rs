//! What the wire's objects look like, as JSON Schema for an OpenAPI document.
//!
//! Names come from the types by derivation; bounds, defaults and words from the constants of the core. Descriptions are
//! written for those who call the API, and so are others than those of the Rust types.

use std::borrow::Cow;

use utoipa::openapi::schema::{AdditionalProperties, ArrayItems};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{CheckRequest, Record, RecordPage, StartBody, StepBody, TemplateRecord};

mod parameters;
pub(crate) mod record;
pub(crate) mod request;
mod template;
mod values;

use template::Absent;

/// The objects of the Verify API, each under its name and with all that it refers to.
///
/// They are closed: what an engine writes has these properties and no others, and what it reads may have no others
/// (contract, section 2).
#[must_use]
pub fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![
        (request::STEP.to_owned(), request::step()),
        (request::TEMPLATE.to_owned(), template::schema(Absent::MayBeNull)),
    ];
    add::<StartBody>(&mut schemas);
    add::<CheckRequest>(&mut schemas);
    add::<StepBody>(&mut schemas);
    add::<TemplateRecord>(&mut schemas);
    add::<Record>(&mut schemas);
    add::<RecordPage>(&mut schemas);
    schemas.sort_by(|(one, _), (other, _)| one.cmp(other));
    schemas.dedup_by(|(one, _), (other, _)| one == other);
    schemas.iter_mut().for_each(|(_, schema)| close(schema));
    schemas
}

fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
}

/// Lets an object that names its properties have no others.
fn close(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) if !object.properties.is_empty() => {
            object.additional_properties.get_or_insert_with(|| Box::new(AdditionalProperties::FreeForm(false)));
            object.properties.values_mut().for_each(close);
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                close(items);
            }
        }
        Schema::OneOf(choice) => choice.items.iter_mut().for_each(close),
        Schema::AnyOf(choice) => choice.items.iter_mut().for_each(close),
        // Others have no properties here.
        Schema::Object(_) | Schema::AllOf(_) | _ => {}
    }
}

impl PartialSchema for TemplateRecord {
    fn schema() -> RefOr<Schema> {
        template::schema(Absent::IsLeftOut)
    }
}

impl ToSchema for TemplateRecord {
    fn name() -> Cow<'static, str> {
        "Template".into()
    }
}

impl PartialSchema for CheckRequest {
    fn schema() -> RefOr<Schema> {
        request::check()
    }
}

impl ToSchema for CheckRequest {}

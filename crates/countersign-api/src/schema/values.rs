//! Values that occur in many places.

use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, SchemaType};
use utoipa::openapi::{RefOr, Schema, Type};

/// A text.
pub(super) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// Yes or no.
pub(super) fn flag() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Boolean)
}

/// A whole number within bounds.
pub(super) fn whole(min: usize, max: usize) -> ObjectBuilder {
    count().minimum(Some(min)).maximum(Some(max))
}

/// A whole number from 0.
pub(super) fn count() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0_usize))
}

/// A UUID.
pub(super) fn uuid() -> ObjectBuilder {
    text().format(Some(SchemaFormat::Custom("uuid".to_owned())))
}

/// A time of RFC 3339.
pub(super) fn time() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

/// A time as an engine writes it: in UTC, with milliseconds.
pub(super) fn written_time() -> ObjectBuilder {
    time().pattern(Some(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"))
}

/// A phone number in E.164.
pub(super) fn phone() -> ObjectBuilder {
    text().pattern(Some("^[+][1-9][0-9]+$"))
}

/// An email address.
pub(super) fn email() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
}

/// A BCP 47 tag.
pub(super) fn language() -> ObjectBuilder {
    text().pattern(Some("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"))
}

/// One of some words.
pub(super) fn word_of(words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    text().enum_values(Some(words))
}

/// What is not there.
pub(super) fn null() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Null)
}

/// The same, where `null` is as good as nothing.
pub(super) fn or_null(value: ObjectBuilder) -> ObjectBuilder {
    let mut value: Object = value.build();
    if let SchemaType::Type(kind) = value.schema_type {
        value.schema_type = SchemaType::from_iter([kind, Type::Null]);
    }
    value.into()
}

/// The same, with a sentence about it.
pub(super) fn told(value: ObjectBuilder, description: &str) -> RefOr<Schema> {
    value.description(Some(description)).into()
}

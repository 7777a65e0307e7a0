use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema, Type};

use super::values::{flag, null, or_null, text, told, uuid, word_of};

/// What stands for a property that was not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// Nothing: what an engine writes.
    IsLeftOut,
    /// Nothing, or `null`: what an engine reads.
    MayBeNull,
}

/// A template, as the core's [`Template`](countersign::Template) has it.
pub(super) fn schema(absent: Absent) -> RefOr<Schema> {
    let texts = ObjectBuilder::new().additional_properties(Some(text()));
    let value = ("value", "What stands there.");
    let by_type = [("type", "Its type, for instance `string`."), ("key", "The place."), value];
    let added = [("key", "The parameter's name."), value];
    ObjectBuilder::new()
        .description(Some("A message that the provider keeps, and what to fill in. It is carried through unchanged."))
        .property("name", absent.of(text(), "The template's name at the provider."))
        .property("projectId", absent.of(uuid(), "The provider's project that holds it."))
        .property("version", absent.version())
        .property("locale", absent.of(text(), "The language to send it in; it wins over the verification's."))
        .property("attachments", absent.list(absent.attachment(), "Files that go with the message."))
        .property("shortLinks", absent.of(absent.short_links(), "How links in the message are shortened."))
        .property("variables", absent.of(texts, "Values by name; `default` among them."))
        .property("utmParameters", absent.list(absent.texts(&added), "Parameters that are added to links."))
        .property("parameters", absent.list(absent.texts(&by_type), "Typed values for the template's places."))
        .property("settings", absent.of(absent.settings(), "Settings of the platform."))
        .into()
}

impl Absent {
    fn of(self, value: ObjectBuilder, description: &str) -> RefOr<Schema> {
        let value = match self {
            Self::IsLeftOut => value,
            Self::MayBeNull => or_null(value),
        };
        told(value, description)
    }

    fn list(self, item: ObjectBuilder, description: &str) -> RefOr<Schema> {
        let list = ArrayBuilder::new().items(item).description(Some(description));
        let list = match self {
            Self::IsLeftOut => list,
            Self::MayBeNull => list.schema_type(SchemaType::from_iter([Type::Array, Type::Null])),
        };
        list.into()
    }

    fn version(self) -> RefOr<Schema> {
        let description = "A version of it: a UUID, or `latest`.";
        match self {
            // Records are shown as they were kept, also those of a time when anything was read.
            Self::IsLeftOut => told(text(), description),
            Self::MayBeNull => {
                let choice = OneOfBuilder::new().item(uuid()).item(word_of(["latest"]));
                choice.item(null()).description(Some(description)).into()
            }
        }
    }

    fn attachment(self) -> ObjectBuilder {
        ObjectBuilder::new()
            .property("mediaUrl", self.of(text(), "Where the provider finds the file."))
            .property("filename", self.of(text(), "What it is called."))
            .property("inline", self.of(flag(), "Whether it shows inside the message."))
    }

    fn short_links(self) -> ObjectBuilder {
        ObjectBuilder::new()
            .property("enabled", self.of(flag(), "Whether they are."))
            .property("domain", self.of(text(), "The domain that they then point to."))
    }

    fn texts(self, names: &[(&str, &str)]) -> ObjectBuilder {
        names.iter().fold(ObjectBuilder::new(), |object, (name, description)| {
            object.property(*name, self.of(text(), description))
        })
    }

    fn settings(self) -> ObjectBuilder {
        ObjectBuilder::new()
            .property("useMmLite", self.of(flag(), "Whether WhatsApp's marketing-message service is used."))
    }
}

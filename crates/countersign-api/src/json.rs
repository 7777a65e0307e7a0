//! JSON as the wire takes it: no property twice, no deep nesting, no more values than a request can need.
//!
//! A reader that takes the last of two properties and a proxy that took the first would have seen two different requests.
//! Texts stay where they are as far as they have no escapes in them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::invalid::InvalidRequest;

/// Deepest nesting that is read; a start's template has 5 levels.
const DEPTH: usize = 16;
/// Most values that are read, of all levels together.
const VALUES: usize = 4096;
/// So many properties are compared one by one.
const FEW: usize = 16;

/// A value that was sent.
#[derive(Debug)]
pub(crate) enum Json<'a> {
    Null,
    Flag(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

/// Parses a body.
///
/// Faults of its form are told without a path: whoever made it by a program never meets them.
pub(crate) fn parse(bytes: &[u8]) -> Result<Json<'_>, InvalidRequest> {
    let mut bounds = Bounds::default();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let parsed = Reader { depth: DEPTH, bounds: &mut bounds }.deserialize(&mut reader);
    let value = parsed.and_then(|value| reader.end().map(|()| value));
    value.map_err(|_| InvalidRequest::single(".", bounds.fault.unwrap_or("value must be JSON")))
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader { depth: DEPTH, bounds: &mut Bounds::default() }.deserialize(deserializer)
    }
}

/// What is left of the bounds of one body.
struct Bounds {
    values: usize,
    /// What is wrong, where it is more than bad syntax.
    fault: Option<&'static str>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { values: VALUES, fault: None }
    }
}

struct Reader<'b> {
    depth: usize,
    bounds: &'b mut Bounds,
}

impl Reader<'_> {
    fn refuse<E: Error>(&mut self, sentence: &'static str) -> E {
        self.bounds.fault = Some(sentence);
        E::custom(sentence)
    }

    fn inner(&mut self) -> Reader<'_> {
        Reader { depth: self.depth.saturating_sub(1), bounds: self.bounds }
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        if self.depth == 0 { Err(self.refuse("the body is nested too deeply: flatten it")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<Json<'de>, D::Error> {
        match self.bounds.values.checked_sub(1) {
            Some(left) => self.bounds.values = left,
            None => return Err(self.refuse("the body has too many values: shorten it")),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Flag(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Json<'de>, A::Error> {
        self.enter()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner())? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut properties: A) -> Result<Json<'de>, A::Error> {
        self.enter()?;
        let mut fields = Vec::new();
        while let Some(name) = properties.next_key_seed(Name)? {
            fields.push((name, properties.next_value_seed(self.inner())?));
        }
        if repeats(&fields) {
            Err(self.refuse("a property is given twice: give each once"))
        } else {
            Ok(Json::Object(fields))
        }
    }
}

fn repeats(fields: &[(Cow<'_, str>, Json<'_>)]) -> bool {
    if fields.len() <= FEW {
        let mut rest = fields;
        while let [(name, _), behind @ ..] = rest {
            if behind.iter().any(|(other, _)| other == name) {
                return true;
            }
            rest = behind;
        }
        return false;
    }
    let mut seen = HashSet::with_capacity(fields.len());
    !fields.iter().all(|(name, _)| seen.insert(name))
}

/// A property's name.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value))
    }
}

//! Subject, action, resource and context to a flow.
//!
//! | entity | is |
//! |---|---|
//! | `subject` | `type` is `actor` or `recipient`, `id` the party: who acts, or whom the data goes to |
//! | `action` | `name` is the verb |
//! | `resource` | `type` is `data`, `id` the category of data |
//! | `context` | `facts`, `events` and `now`, as in the library's own JSON form |
//!
//! All other dimensions stand in the `properties` of one of the three, or in `context`, where the
//! caller finds it natural; each once. A member that is none of these is an error.

use super::fault::Fault;
use crate::bundle::Dimension;
use crate::bundle::dimension::DIMENSIONS;
use crate::decide::Request;
use crate::decide::json::{self, Event, Fact, JsonError, Names, Spoken};
use crate::server::json::{Json, step};
use crate::server::work::Work;
use std::borrow::Cow;

/// What stands for an entity, and where.
#[derive(Clone, Debug)]
pub struct Entity<'j> {
    /// The value.
    pub value: &'j Json<'j>,
    /// Its pointer.
    pub pointer: String,
}

/// The entities of one evaluation, as far as they are there.
#[derive(Clone, Debug, Default)]
pub struct Entities<'j> {
    /// Who acts or receives.
    pub subject: Option<Entity<'j>>,
    /// What is done.
    pub action: Option<Entity<'j>>,
    /// With which data.
    pub resource: Option<Entity<'j>>,
    /// In which circumstances.
    pub context: Option<Entity<'j>>,
}

/// The names of the entities.
pub const ENTITIES: [&str; 4] = ["subject", "action", "resource", "context"];

/// What an evaluation asks about, in names.
pub struct Asked<'j> {
    /// The names, facts and times.
    pub spoken: Spoken<'j>,
    /// Where each dimension was named.
    pointers: [Option<String>; DIMENSIONS],
    context: String,
}

/// What a search asks for, and so leaves out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Nothing: an evaluation.
    Nothing,
    /// Who.
    Subject,
    /// What may be done.
    Action,
    /// With which data.
    Resource,
}

/// An object's members.
pub type Members<'j> = &'j [(Cow<'j, str>, Json<'j>)];

/// The members of an object.
pub fn members<'j>(value: &'j Json<'j>, pointer: &str) -> Result<Members<'j>, Fault> {
    match value {
        Json::Object(members) => Ok(members),
        other => Err(Fault::wrong(pointer, "an object", other)),
    }
}

/// A string.
pub fn text<'j>(value: &'j Json<'j>, pointer: &str) -> Result<&'j str, Fault> {
    match value {
        Json::Text(text) => Ok(text),
        other => Err(Fault::wrong(pointer, "a string", other)),
    }
}

impl<'j> Entities<'j> {
    /// Takes a member that is an entity; whether it is one.
    pub fn take(&mut self, name: &str, value: &'j Json<'j>, pointer: &str) -> bool {
        let slot = match name {
            "subject" => &mut self.subject,
            "action" => &mut self.action,
            "resource" => &mut self.resource,
            "context" => &mut self.context,
            _ => return false,
        };
        *slot = Some(Entity { value, pointer: step(pointer, name) });
        true
    }

    /// These, and where one is left out, that of the others.
    pub fn or(self, others: &Entities<'j>) -> Entities<'j> {
        Entities {
            subject: self.subject.or_else(|| others.subject.clone()),
            action: self.action.or_else(|| others.action.clone()),
            resource: self.resource.or_else(|| others.resource.clone()),
            context: self.context.or_else(|| others.context.clone()),
        }
    }

    /// What is asked about. `pointer` is that of the object that should have held what is missing.
    pub fn asked(&self, pointer: &str, wanted: Wanted) -> Result<(Asked<'j>, Dimension), Fault> {
        let mut asked =
            Asked { spoken: Spoken::default(), pointers: Default::default(), context: "/context".to_owned() };
        let subject = self.subject.as_ref().ok_or_else(|| Fault::missing(pointer, "subject"))?;
        let role = asked.subject(subject, wanted == Wanted::Subject)?;
        if wanted != Wanted::Action {
            asked.action(self.action.as_ref().ok_or_else(|| Fault::missing(pointer, "action"))?)?;
        }
        let resource = self.resource.as_ref().ok_or_else(|| Fault::missing(pointer, "resource"))?;
        asked.resource(resource, wanted == Wanted::Resource)?;
        if let Some(context) = &self.context {
            asked.context(context)?;
        }
        Ok((asked, role))
    }
}

impl<'j> Asked<'j> {
    /// The request.
    pub fn request(&self, work: &Work) -> Result<Request, Fault> {
        json::build(work.bundle, &self.spoken, Some(work.now)).map_err(|error| self.fault(&error))
    }

    /// The request, for being explained and nothing else.
    pub fn request_once(&self, work: &Work) -> Result<Request, Fault> {
        json::build_once(work.bundle, &self.spoken, Some(work.now)).map_err(|error| self.fault(&error))
    }

    fn fault(&self, error: &JsonError) -> Fault {
        Fault::of(error, |place| self.pointer(place))
    }

    /// Where a search's candidates go; what was named there before is replaced.
    pub fn set(&mut self, dimension: Dimension, name: &'j str) {
        *dimension.of_mut(&mut self.spoken.names) = Names::One(Cow::Borrowed(name));
    }

    /// The member that a place of the library's own form stands for.
    fn pointer(&self, place: &str) -> String {
        let (name, rest) = place.split_at(place.find(['[', '.']).unwrap_or(place.len()));
        if let Some(dimension) = Dimension::ALL.into_iter().find(|d| d.name() == name) {
            let position = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let pointer = dimension.of(&self.pointers).clone().unwrap_or_default();
            return position.map_or(pointer.clone(), |position| step(&pointer, position));
        }
        match (name, rest.strip_prefix('.')) {
            ("", _) => String::new(),
            (_, Some(member)) => step(&step(&self.context, name), member),
            (_, None) => step(&self.context, name),
        }
    }

    fn subject(&mut self, subject: &Entity<'j>, open: bool) -> Result<Dimension, Fault> {
        let (of, id) = self.typed(subject, open)?;
        let role = match of.0 {
            "actor" => Dimension::Actor,
            "recipient" => Dimension::Recipient,
            other => {
                let message = format!(
                    "a subject's type is `actor`, the party that acts, or `recipient`, the party that \
                     the data goes to; there is no `{other}`"
                );
                return Err(Fault::new("unknown-type", of.1, message));
            }
        };
        match id {
            Some((id, pointer)) => self.name(role, id, pointer)?,
            None => *role.of_mut(&mut self.pointers) = Some(subject.pointer.clone()),
        }
        Ok(role)
    }

    fn resource(&mut self, resource: &Entity<'j>, open: bool) -> Result<(), Fault> {
        let (of, id) = self.typed(resource, open)?;
        if of.0 != "data" {
            let message =
                format!("a resource's type is `data`, and its id a category of data; there is no `{}`", of.0);
            return Err(Fault::new("unknown-type", of.1, message));
        }
        match id {
            Some((id, pointer)) => self.name(Dimension::Data, id, pointer),
            None => Ok(()),
        }
    }

    /// The type, and the id unless it is what is searched for; the properties are taken.
    #[allow(clippy::type_complexity)] // a text and its pointer, twice
    fn typed(
        &mut self,
        entity: &Entity<'j>,
        open: bool,
    ) -> Result<((&'j str, String), Option<(&'j Json<'j>, String)>), Fault> {
        let (mut of, mut id) = (None, None);
        for (name, value) in members(entity.value, &entity.pointer)? {
            let pointer = step(&entity.pointer, name);
            match &**name {
                "type" => of = Some((text(value, &pointer)?, pointer)),
                "id" => {
                    text(value, &pointer)?;
                    id = Some((value, pointer));
                }
                "properties" => self.properties(value, &pointer)?,
                _ => return Err(Fault::unknown(&entity.pointer, name, &["type", "id", "properties"])),
            }
        }
        let of = of.ok_or_else(|| Fault::missing(&entity.pointer, "type"))?;
        match id {
            _ if open => Ok((of, None)),
            Some(id) => Ok((of, Some(id))),
            None => Err(Fault::missing(&entity.pointer, "id")),
        }
    }

    fn action(&mut self, action: &Entity<'j>) -> Result<(), Fault> {
        let mut named = false;
        for (name, value) in members(action.value, &action.pointer)? {
            let pointer = step(&action.pointer, name);
            match &**name {
                "name" => {
                    text(value, &pointer)?;
                    self.name(Dimension::Action, value, pointer)?;
                    named = true;
                }
                "properties" => self.properties(value, &pointer)?,
                _ => return Err(Fault::unknown(&action.pointer, name, &["name", "properties"])),
            }
        }
        if named { Ok(()) } else { Err(Fault::missing(&action.pointer, "name")) }
    }

    fn properties(&mut self, properties: &'j Json<'j>, pointer: &str) -> Result<(), Fault> {
        for (name, value) in members(properties, pointer)? {
            match dimension(name) {
                Some(dimension) => self.name(dimension, value, step(pointer, name))?,
                None => return Err(Fault::unknown(pointer, name, &PROPERTIES.map(Dimension::name))),
            }
        }
        Ok(())
    }

    fn context(&mut self, context: &Entity<'j>) -> Result<(), Fault> {
        self.context.clone_from(&context.pointer);
        for (name, value) in members(context.value, &context.pointer)? {
            let pointer = step(&context.pointer, name);
            match &**name {
                "facts" => self.facts(value, &pointer)?,
                "events" => self.events(value, &pointer)?,
                "now" => self.spoken.now = Some(Cow::Borrowed(text(value, &pointer)?)),
                name => match dimension(name) {
                    Some(dimension) => self.name(dimension, value, pointer)?,
                    None => {
                        let known = ["facts", "events", "now"].into_iter();
                        let known: Vec<&str> = known.chain(PROPERTIES.map(Dimension::name)).collect();
                        return Err(Fault::unknown(&context.pointer, name, &known));
                    }
                },
            }
        }
        Ok(())
    }

    fn facts(&mut self, facts: &'j Json<'j>, pointer: &str) -> Result<(), Fault> {
        for (name, value) in members(facts, pointer)? {
            let at = step(pointer, name);
            let fact = match value {
                Json::Null => Fact::Unknown,
                Json::Bool(value) => Fact::Is(*value),
                Json::Text(value) => Fact::Named(Cow::Borrowed(value)),
                Json::List(values) => Fact::Several(texts(values, &at)?),
                other => {
                    let expected = "`true`, `false`, `null`, a value's name or an array of such names";
                    return Err(Fault::wrong(&at, expected, other));
                }
            };
            self.spoken.facts.push((Cow::Borrowed(name), fact));
        }
        Ok(())
    }

    fn events(&mut self, events: &'j Json<'j>, pointer: &str) -> Result<(), Fault> {
        for (name, value) in members(events, pointer)? {
            let event = match value {
                Json::Null => Event::Never,
                Json::Bool(true) => Event::AtSomeTime,
                Json::Text(time) => Event::At(Cow::Borrowed(time)),
                other => return Err(Fault::wrong(&step(pointer, name), "`null`, `true` or a time", other)),
            };
            self.spoken.events.push((Cow::Borrowed(name), event));
        }
        Ok(())
    }

    /// A name or several, of a dimension that was not named before.
    fn name(&mut self, dimension: Dimension, value: &'j Json<'j>, pointer: String) -> Result<(), Fault> {
        if let Some(before) = dimension.of(&self.pointers) {
            let message = format!("the {} is said at `{before}` already", dimension.name());
            return Err(Fault::new("twice", pointer, message));
        }
        let names = match value {
            Json::Text(name) => Names::One(Cow::Borrowed(name)),
            Json::List(names) => Names::Many(texts(names, &pointer)?),
            other => return Err(Fault::wrong(&pointer, "a name or an array of names", other)),
        };
        *dimension.of_mut(&mut self.spoken.names) = names;
        *dimension.of_mut(&mut self.pointers) = Some(pointer);
        Ok(())
    }
}

/// The dimensions that properties and the context may name.
const PROPERTIES: [Dimension; 8] = [
    Dimension::Actor,
    Dimension::Recipient,
    Dimension::Purpose,
    Dimension::Place,
    Dimension::Form,
    Dimension::Subject,
    Dimension::Source,
    Dimension::With,
];

fn dimension(name: &str) -> Option<Dimension> {
    PROPERTIES.into_iter().find(|dimension| dimension.name() == name)
}

/// An array of strings, of which there is one at least: an empty one would be nothing, and what is
/// left out is everything.
fn texts<'j>(values: &'j [Json<'j>], pointer: &str) -> Result<Vec<Cow<'j, str>>, Fault> {
    if values.is_empty() {
        return Err(Fault::new("form", pointer, "this array must not be empty"));
    }
    let each = values.iter().enumerate();
    each.map(|(at, value)| Ok(Cow::Borrowed(text(value, &step(pointer, &at.to_string()))?))).collect()
}

use std::collections::BTreeMap;

use super::{Channel, Directory, InvalidDirectory, Navigator};
use crate::address::Recipient;
use crate::id::{ChannelId, NavigatorId};
use crate::plan::{InvalidPlan, Plan, PlanFault, PlanFaultKind, RequestedStep, Route, Step, StepIndex};
use crate::template::Template;

/// A directory that was looked through: every id is there once, and leads somewhere.
#[derive(Debug)]
pub(crate) struct Routes {
    channels: BTreeMap<ChannelId, Channel>,
    navigators: BTreeMap<NavigatorId, Navigator>,
}

impl TryFrom<Directory> for Routes {
    type Error = InvalidDirectory;

    fn try_from(directory: Directory) -> Result<Self, InvalidDirectory> {
        directory.check()?;
        Ok(Self {
            channels: directory.channels.into_iter().collect(),
            navigators: directory.navigators.into_iter().collect(),
        })
    }
}

impl Routes {
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.navigators.is_empty()
    }

    /// What carries the messages of a step.
    pub(crate) fn carrier(&self, step: &Step) -> Option<&Channel> {
        match step.sends_by() {
            Route::Channel(id) => self.channels.get(&id),
            Route::Navigator(id) => self.navigators.get(&id).and_then(Navigator::providers),
        }
    }

    /// Turns requested steps into a plan: navigators choose, and steps that may be left out are when they cannot reach the
    /// recipient.
    pub(crate) fn plan(&self, requested: Vec<RequestedStep>, recipient: &Recipient) -> Result<Plan, InvalidPlan> {
        Plan::check_count(requested.len())?;
        let mut faults = Vec::new();
        let mut steps = Vec::with_capacity(requested.len());
        for (index, RequestedStep { route, template, if_reachable }) in StepIndex::all().zip(requested) {
            match self.choose(route, template.as_ref(), recipient) {
                Ok((channel, _)) if if_reachable && !channel.platform().reaches(recipient) => {}
                Ok((channel, chosen)) => steps.push((index, step(route, channel, chosen, template))),
                Err(PlanFaultKind::NoServingChannel(_)) if if_reachable => {}
                Err(kind) => faults.push(PlanFault { step: Some(index), kind }),
            }
        }
        InvalidPlan::check(faults)?;
        if steps.is_empty() {
            return Err(PlanFault { step: None, kind: PlanFaultKind::NoReachableStep }.into());
        }
        Plan::of_indexed(steps, recipient)
    }

    /// Finds the channel of a route, and its id if a navigator of ours chose it.
    fn choose(
        &self,
        route: Route,
        template: Option<&Template>,
        recipient: &Recipient,
    ) -> Result<(&Channel, Option<ChannelId>), PlanFaultKind> {
        let (id, navigator) = match route {
            Route::Channel(id) => {
                let channel = self.channels.get(&id).ok_or(PlanFaultKind::UnknownChannel(id))?;
                return Ok((channel, None));
            }
            Route::Navigator(id) => (id, self.navigators.get(&id).ok_or(PlanFaultKind::UnknownNavigator(id))?),
        };
        if let Some(channel) = navigator.providers() {
            return Ok((channel, None));
        }
        let choices = navigator.choices().unwrap_or_default().iter();
        let mut known = choices.filter_map(|choice| Some((choice, self.channels.get(&choice.channel)?)));
        known
            .find(|(choice, channel)| choice.serves(channel, template, recipient))
            .map(|(choice, channel)| (channel, Some(choice.channel)))
            .ok_or(PlanFaultKind::NoServingChannel(id))
    }
}

fn step(route: Route, channel: &Channel, chosen: Option<ChannelId>, template: Option<Template>) -> Step {
    let mut step = Step::new(route, channel.platform().clone());
    if let Some(chosen) = chosen {
        step = step.with_channel(chosen);
    }
    if let Some(template) = template.or_else(|| channel.template.clone()) {
        step = step.with_template(template);
    }
    if let Some(timeout) = channel.delivery_timeout {
        step = step.with_delivery_timeout(timeout);
    }
    step
}

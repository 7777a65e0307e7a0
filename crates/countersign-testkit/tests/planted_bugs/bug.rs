/// One way to break the contract of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    // Clause 1.
    InsertOverwrites,
    InsertLooksAndThenWrites,
    RefusedInsertLeavesItsMessages,
    // Clause 2.
    UpdateIgnoresTheVersion,
    UpdateLooksAndThenWrites,
    RefusedUpdateLeavesItsMessages,
    RefusedUpdateGivesANewVersion,
    UpdateKeepsTheVersion,
    VersionsBeginAgainAfterADelete,
    // Clause 3.
    UpdateInserts,
    UpdateInsertsWhatWasDeleted,
    // Clause 4.
    LoadForgetsTheLastAttempt,
    LoadForgetsTheSalt,
    LoadForgetsTemplates,
    LoadCutsTimesToTheSecond,
    LookupsForgetTheSalt,
    ListsForgetTheSalt,
    LoadGivesTheFirstState,
    LoadGivesAnOldVersion,
    LoadGivesARecordOfTheSameTime,
    // Clause 5.
    KeysAreWrittenBeforeTheRecord,
    KeysAreWrittenAfterTheRecord,
    KeysAreWrittenAfterTheAnswer,
    // Clause 6.
    MessagesAreKeptAfterTheEnd,
    MessagesAreKeptWhenReplaced,
    OnlyTheLastMessageIsKept,
    MessagesIgnoreCase,
    MessagesAreCut,
    ASharedMessageLeadsToTheDeleted,
    // Clause 7.
    RecipientsOldestFirst,
    RecipientsIgnoreTheLimit,
    RecipientsKeepTheEnded,
    EndedRecordsCountAgainstTheLimit,
    RecipientsAreThoseOfOneTag,
    // Clause 8.
    DueExcludesItsMillisecond,
    DueByTheSecond,
    DueKeepsTheOldTime,
    DueKeepsTheEarliestTime,
    DueById,
    DueIgnoresTheLimit,
    DueKeepsTheEnded,
    DueIsTakenAway,
    // Clause 9.
    WindowIncludesItsEnd,
    WindowExcludesItsStart,
    ListIgnoresTheOrder,
    ListIgnoresTheLimit,
    ListStopsAtAHundred,
    ListByInsertion,
    ListHidesTheEnded,
    ListOfAllWorkspaces,
    ListKeepsTheFirstState,
    CursorIncludesItself,
    CursorByTheMillisecond,
    CursorByPlace,
    CursorNeedsItsRecord,
    LastFullPageHasACursor,
    NoCursorAtAll,
    // Clause 10.
    DeleteAlwaysSaysTrue,
    DeleteNeverSaysTrue,
    DeleteLeavesMessages,
    DeleteLeavesRecipients,
    DeleteLeavesDueTimes,
    DeleteLeavesLists,
    DeleteKeepsTheRecord,
    DeleteLooksAndThenRemoves,
    // Clause 11.
    ConflictsThatHappened,
    // The promise.
    DurabilityDependsOnTheRecords,
}

using System.Globalization;

namespace TypedEvents.Outbox.Testing;

/// <summary>What every <see cref="IEventOutbox"/> promises, as tests for any test framework.</summary>
public static class OutboxContract
{
    private static readonly DeadLetterReason[] Reasons =
    [
        new(DeadLetterKind.Rejected, 40001, "no such property: 'é' \"日本\""),
        new(DeadLetterKind.Undeliverable, null, "403 from a firewall"),
        new(DeadLetterKind.Expired),
        new(DeadLetterKind.UserUnknown, -1, ""),
    ];

    /// <summary>All cases. A later version may add some; none depends on another.</summary>
    public static IReadOnlyList<OutboxContractCase> Cases { get; } =
    [
        Case(nameof(ContractCases.An_outbox_can_be_opened_again_with_the_same_target), static cases => cases.An_outbox_can_be_opened_again_with_the_same_target()),
        Case(nameof(ContractCases.A_durable_outbox_with_events_rejects_another_target), static cases => cases.A_durable_outbox_with_events_rejects_another_target()),
        Case(nameof(ContractCases.After_a_key_was_added_the_outbox_opens_with_either), static cases => cases.After_a_key_was_added_the_outbox_opens_with_either()),
        Case(nameof(ContractCases.A_durable_outbox_opened_again_has_all_that_it_had), static cases => cases.A_durable_outbox_opened_again_has_all_that_it_had()),
        Case(nameof(ContractCases.The_outbox_says_how_often_to_look_for_the_events_of_others), static cases => cases.The_outbox_says_how_often_to_look_for_the_events_of_others()),
        Case(nameof(ContractCases.Events_are_read_in_the_order_of_appending_within_their_partition), static cases => cases.Events_are_read_in_the_order_of_appending_within_their_partition()),
        Case(nameof(ContractCases.Several_blocks_are_appended_atomically_in_order), static cases => cases.Several_blocks_are_appended_atomically_in_order()),
        Case(nameof(ContractCases.Appending_no_blocks_changes_nothing), static cases => cases.Appending_no_blocks_changes_nothing()),
        Case(nameof(ContractCases.Blocks_are_appended_while_there_is_room_and_the_rest_later), static cases => cases.Blocks_are_appended_while_there_is_room_and_the_rest_later()),
        Case(nameof(ContractCases.An_empty_outbox_accepts_one_block_of_any_size), static cases => cases.An_empty_outbox_accepts_one_block_of_any_size()),
        Case(nameof(ContractCases.The_app_key_of_an_event_is_saved), static cases => cases.The_app_key_of_an_event_is_saved()),
        Case(nameof(ContractCases.The_external_id_of_a_user_is_saved_and_counted_while_the_event_is_pending), static cases => cases.The_external_id_of_a_user_is_saved_and_counted_while_the_event_is_pending()),
        Case(nameof(ContractCases.The_outbox_copies_appended_blocks), static cases => cases.The_outbox_copies_appended_blocks()),
        Case(nameof(ContractCases.Any_bytes_are_read_back_unchanged), static cases => cases.Any_bytes_are_read_back_unchanged()),
        Case(nameof(ContractCases.A_cancelled_append_adds_no_events), static cases => cases.A_cancelled_append_adds_no_events()),
        Case(nameof(ContractCases.Positions_tell_the_first_pending_and_the_last_appended_event), static cases => cases.Positions_tell_the_first_pending_and_the_last_appended_event()),
        Case(nameof(ContractCases.Saved_users_are_found), static cases => cases.Saved_users_are_found()),
        Case(nameof(ContractCases.The_final_statistics_account_for_every_event), static cases => cases.The_final_statistics_account_for_every_event()),
        Case(nameof(ContractCases.A_partition_has_one_claim_at_a_time), static cases => cases.A_partition_has_one_claim_at_a_time()),
        Case(nameof(ContractCases.A_claim_can_be_released_twice), static cases => cases.A_claim_can_be_released_twice()),
        Case(nameof(ContractCases.A_released_claim_changes_nothing), static cases => cases.A_released_claim_changes_nothing()),
        Case(nameof(ContractCases.Reading_continues_after_a_position_and_tells_whether_there_is_more), static cases => cases.Reading_continues_after_a_position_and_tells_whether_there_is_more()),
        Case(nameof(ContractCases.Reading_respects_the_size_limit_except_for_the_first_event), static cases => cases.Reading_respects_the_size_limit_except_for_the_first_event()),
        Case(nameof(ContractCases.A_read_event_has_its_name_and_position), static cases => cases.A_read_event_has_its_name_and_position()),
        Case(nameof(ContractCases.A_delivered_event_is_removed_and_counted_once), static cases => cases.A_delivered_event_is_removed_and_counted_once()),
        Case(nameof(ContractCases.A_removed_event_does_not_prevent_settling_the_others), static cases => cases.A_removed_event_does_not_prevent_settling_the_others()),
        .. Reasons.Select(reason => Case(nameof(ContractCases.A_rejected_event_is_kept_with_its_reason), cases => cases.A_rejected_event_is_kept_with_its_reason(reason), reason.Kind.ToString())),
        Case(nameof(ContractCases.A_dead_letter_is_not_settled_again), static cases => cases.A_dead_letter_is_not_settled_again()),
        Case(nameof(ContractCases.Only_events_older_than_the_limit_expire), static cases => cases.Only_events_older_than_the_limit_expire()),
        Case(nameof(ContractCases.An_event_appended_while_the_clock_was_ahead_does_not_prevent_later_ones_from_expiring), static cases => cases.An_event_appended_while_the_clock_was_ahead_does_not_prevent_later_ones_from_expiring()),
        Case(nameof(ContractCases.An_event_appended_while_the_clock_was_ahead_does_not_prevent_older_ones_from_expiring_when_that_time_has_come), static cases => cases.An_event_appended_while_the_clock_was_ahead_does_not_prevent_older_ones_from_expiring_when_that_time_has_come()),
        Case(nameof(ContractCases.Held_events_expire_too), static cases => cases.Held_events_expire_too()),
        Case(nameof(ContractCases.Many_events_expire_at_once), static cases => cases.Many_events_expire_at_once()),
        Case(nameof(ContractCases.Setting_the_clock_back_expires_nothing), static cases => cases.Setting_the_clock_back_expires_nothing()),
        Case(nameof(ContractCases.Events_of_a_held_name_stay_pending_and_are_not_read), static cases => cases.Events_of_a_held_name_stay_pending_and_are_not_read()),
        Case(nameof(ContractCases.Reading_a_page_skips_held_events), static cases => cases.Reading_a_page_skips_held_events()),
        Case(nameof(ContractCases.Held_events_are_read_one_by_one), static cases => cases.Held_events_are_read_one_by_one()),
        Case(nameof(ContractCases.Held_events_are_settled_like_others), static cases => cases.Held_events_are_settled_like_others()),
        Case(nameof(ContractCases.Released_events_are_read_at_their_old_positions), static cases => cases.Released_events_are_read_at_their_old_positions()),
        Case(nameof(ContractCases.Holding_and_releasing_are_idempotent), static cases => cases.Holding_and_releasing_are_idempotent()),
        Case(nameof(ContractCases.The_oldest_pending_position_ignores_held_events), static cases => cases.The_oldest_pending_position_ignores_held_events()),
        Case(nameof(ContractCases.A_claim_has_the_names_that_were_on_hold_when_it_started), static cases => cases.A_claim_has_the_names_that_were_on_hold_when_it_started()),
        Case(nameof(ContractCases.Held_events_do_not_count_against_the_limit_of_the_others), static cases => cases.Held_events_do_not_count_against_the_limit_of_the_others()),
        Case(nameof(ContractCases.Over_the_limit_the_oldest_dead_letters_and_held_events_are_evicted), static cases => cases.Over_the_limit_the_oldest_dead_letters_and_held_events_are_evicted()),
        Case(nameof(ContractCases.Events_count_against_the_dead_letter_limit_as_soon_as_their_name_is_on_hold), static cases => cases.Events_count_against_the_dead_letter_limit_as_soon_as_their_name_is_on_hold()),
        Case(nameof(ContractCases.Events_are_listed_page_by_page_in_the_order_of_their_positions), static cases => cases.Events_are_listed_page_by_page_in_the_order_of_their_positions()),
        Case(nameof(ContractCases.Each_property_of_a_query_narrows_it), static cases => cases.Each_property_of_a_query_narrows_it()),
        Case(nameof(ContractCases.A_listed_event_has_all_of_its_properties), static cases => cases.A_listed_event_has_all_of_its_properties()),
        Case(nameof(ContractCases.A_listed_event_stays_readable_after_it_was_removed), static cases => cases.A_listed_event_stays_readable_after_it_was_removed()),
        Case(nameof(ContractCases.Replayed_events_are_appended_with_the_same_bytes_and_a_new_position), static cases => cases.Replayed_events_are_appended_with_the_same_bytes_and_a_new_position()),
        Case(nameof(ContractCases.A_replayed_event_expires_like_a_new_one), static cases => cases.A_replayed_event_expires_like_a_new_one()),
        Case(nameof(ContractCases.Dead_letters_are_replayed_oldest_first_while_there_is_room), static cases => cases.Dead_letters_are_replayed_oldest_first_while_there_is_room()),
        Case(nameof(ContractCases.A_replayed_event_whose_name_is_held_is_held), static cases => cases.A_replayed_event_whose_name_is_held_is_held()),
        Case(nameof(ContractCases.Many_events_can_be_replayed_and_purged_in_one_call), static cases => cases.Many_events_can_be_replayed_and_purged_in_one_call()),
        Case(nameof(ContractCases.Pending_events_cant_be_replayed), static cases => cases.Pending_events_cant_be_replayed()),
        Case(nameof(ContractCases.Purged_events_are_permanently_removed_and_counted), static cases => cases.Purged_events_are_permanently_removed_and_counted()),
        Case(nameof(ContractCases.Purging_makes_room), static cases => cases.Purging_makes_room()),
        Case(nameof(ContractCases.Pending_events_are_counted_by_partition_held_ones_too), static cases => cases.Pending_events_are_counted_by_partition_held_ones_too()),
        Case(nameof(ContractCases.The_statistics_say_since_when_the_oldest_event_is_pending_and_how_many_are_held), static cases => cases.The_statistics_say_since_when_the_oldest_event_is_pending_and_how_many_are_held()),
        Case(nameof(ContractCases.What_is_pending_without_a_claim_of_this_outbox_lies_elsewhere), static cases => cases.What_is_pending_without_a_claim_of_this_outbox_lies_elsewhere()),
        Case(nameof(ContractCases.The_events_of_one_person_are_found_replayed_and_purged_alone), static cases => cases.The_events_of_one_person_are_found_replayed_and_purged_alone()),
        Case(nameof(ContractCases.A_purge_of_one_persons_last_event_forgets_their_EUID), static cases => cases.A_purge_of_one_persons_last_event_forgets_their_EUID()),
        Case(nameof(ContractCases.Events_that_expire_are_named_where_somebody_asks), static cases => cases.Events_that_expire_are_named_where_somebody_asks()),
        .. Enumerable.Range(1, 8).Select(seed => Case(nameof(ContractCases.Any_mix_of_changes_ends_as_the_model_says), cases => cases.Any_mix_of_changes_ends_as_the_model_says(seed), string.Create(CultureInfo.InvariantCulture, $"seed {seed}"))),
        Case(nameof(ContractCases.Concurrent_appends_settlements_and_reads_lose_no_event), static cases => cases.Concurrent_appends_settlements_and_reads_lose_no_event()),
    ];

    private static OutboxContractCase Case(string method, Func<ContractCases, Task> run, string? argument = null) =>
        new(method.Replace('_', ' ') + (argument is null ? "" : $" ({argument})"), run);
}

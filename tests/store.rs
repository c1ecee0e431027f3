//! The contract of the directory database: every case runs on SQLite and on PostgreSQL.

mod accounts;
mod audit;
mod codes;
mod concurrency;
mod desks;
mod dialogs;
mod imports;
mod kit;
mod letters;
mod lists;
mod logins;
mod opening;
mod plans;
mod requests;
mod rights;
mod search;

/// Makes of each case a test on either database.
macro_rules! contract {
    ($($area:ident: $($name:ident),+;)+) => {
        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let kit = crate::store::kit::Kit::sqlite().await;
                    crate::store::$area::$name(&kit).await;
                    kit.store.close().await;
                }
            )+)+
        }

        mod postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let kit = crate::store::kit::Kit::postgres().await;
                    crate::store::$area::$name(&kit).await;
                    kit.store.close().await;
                }
            )+)+
        }
    };
}

contract! {
    accounts:
        an_account_comes_back_as_it_was_written,
        an_update_changes_columns_scopes_and_groups,
        a_stale_version_is_a_conflict_and_writes_nothing,
        a_taken_user_name_is_a_conflict,
        the_same_interaction_acts_once,
        a_failing_write_rolls_back_the_whole_change,
        an_update_keeps_failures_counted_meanwhile,
        people_are_found_by_exact_user_name_mail_or_number,
        sends_of_the_last_day_and_hour_are_counted,
        an_address_change_counts_while_the_address_is_that_one,
        a_value_that_cannot_be_is_told_with_its_place;
    codes:
        x08_a_code_is_redeemed_once,
        x08_of_two_at_once_one_redeems,
        r16_expiry_one_second_before_at_and_after,
        r15_a_new_code_ends_the_old_and_deletes_its_bits,
        d5_a_reset_link_opens_the_lock,
        an_onboarding_code_activates,
        a_verification_code_activates_nobody;
    logins:
        x05_the_fifth_failure_locks_and_four_do_not,
        x05_a_success_starts_the_count_anew_but_opens_no_lock,
        x05_many_failures_at_once_lock_once,
        an_unknown_user_name_is_told_apart,
        r29_a_lock_is_audited_and_a_failure_is_not;
    letters:
        a_letter_is_queued_claimed_and_accepted,
        a_lease_that_ran_out_is_taken_again_and_the_old_token_is_worthless,
        a_postponed_letter_waits,
        a_dead_letter_stays_visible,
        a_refused_recipient_is_recorded,
        a_letter_whose_code_was_withdrawn_says_so,
        a_reminder_extends_nothing,
        a_notice_goes_to_the_replaced_address,
        two_workers_never_get_the_same_letter,
        the_newest_ten_letters_are_on_the_card;
    audit:
        r29_views_written_together_keep_the_chain_and_act_once,
        r31_the_chain_holds_and_starts_at_one,
        r31_rows_cannot_be_changed_or_deleted,
        r29_a_conflict_leaves_no_audit_row,
        r30_every_column_comes_back,
        r32_erasing_a_detail_keeps_the_chain,
        chains_of_two_desks_are_their_own;
    dialogs:
        a_draft_is_saved_step_by_step_and_finished_once,
        the_sweep_takes_what_is_old_and_nothing_else;
    imports:
        d11_the_first_mark_stays_until_it_is_cleared,
        a_thousand_accounts_in_one_change,
        a_thousand_updates_in_one_change,
        records_come_back_and_change,
        accounts_are_counted_under_a_scope;
    lists:
        a_list_reaches_as_far_as_the_sight_and_shows_nobody_twice,
        a_page_goes_on_where_the_last_one_ended_whatever_changed,
        the_trail_of_a_sight_holds_what_is_about_its_accounts,
        accounts_are_walked_by_key_or_by_their_marks;
    requests:
        a_request_gets_the_next_number_and_ends_once,
        requests_are_listed_by_state_and_by_sight,
        r39_a_freeze_knows_every_request_and_lets_none_in,
        what_is_due_is_found_once_it_is_noted,
        a_message_asked_for_on_its_way_goes_once_more,
        a_message_given_up_is_dead_until_it_is_asked_for,
        a_card_stands_where_it_was_posted_last;
    desks:
        nothing_crosses_desks;
    concurrency:
        changes_of_one_account_take_turns,
        changes_of_many_accounts_all_arrive,
        a_closed_store_refuses;
    search:
        accents_umlauts_and_case_do_not_matter,
        an_exact_name_comes_first,
        short_words_are_starts_and_longer_ones_any_part,
        hits_are_those_of_a_plain_search_for_every_sight,
        a_changed_name_is_found_and_the_old_one_is_not,
        a_class_stops_at_twenty_five;
}

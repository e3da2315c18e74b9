/** The exit codes in the text of `--help`. Those of `watch` are those of `rollout watch`. */
export const EXIT_HELP = `
Exit codes:
   0  done; check: all checks passed; watch: all rollouts are done
   1  refused or failed; the message has the reason
   2  invalid command line
   3  check: a check failed; the table says which, and why
  10  watch: a rollout is still running after the given time
  11  watch: a rollout waits for an operator (held, or no verdict within its limits)
  12  watch: a rollout was rolled back
  13  watch: a newer rollout superseded it
  14  watch: it was stopped, because someone moved the live alias
  15  watch: its controller failed`;

/** The code of `check` where a check failed. */
export const CHECK_FAILED = 3;

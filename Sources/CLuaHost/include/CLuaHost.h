/// A Lua 5.4 interpreter for code that nobody trusts.
///
/// Nothing here lets a Lua error (a longjmp) cross the caller's frame: every function that enters Lua does so
/// protected and answers a status; every host function answers a status to a C trampoline, which raises.
/// One machine belongs to one thread at a time.
#ifndef CLUAHOST_H
#define CLUAHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ah_machine ah_machine;

/// A Lua value that the host keeps alive; 0 is none.
typedef int32_t ah_ref;

typedef enum {
    AH_OK = 0,
    AH_SYNTAX = 1,        ///< the text is not Lua, or is refused before it is compiled
    AH_RUNTIME = 2,       ///< an error raised by the script or by a library function
    AH_INSTRUCTIONS = 3,  ///< the instruction budget of the call is used up
    AH_TIME = 4,          ///< the wall deadline of the call has passed
    AH_MEMORY = 5,        ///< the memory cap, or the cap on one block, was reached
    AH_REFUSED = 6,       ///< a host function refused with its own message
    AH_REENTRY = 7,       ///< the host tried to enter the machine from inside a host function
} ah_status;

/// Bounds of one machine. Zero in a field means the default named beside it.
typedef struct {
    int64_t instructions;          ///< for one call: VM instructions and comparable C work (10,000,000)
    int64_t load_instructions;     ///< for running a chunk or module the first time (20,000,000)
    int64_t call_nanoseconds;      ///< wall time of one call, counted from its first hook (250 ms)
    int64_t load_nanoseconds;      ///< wall time to compile a chunk and run it, together (600 ms)
    size_t memory;                 ///< all blocks together (32 MiB)
    size_t block;                  ///< one block other than a string: 32,768 array slots, 16,384 hash slots (512 KiB)
    size_t string;                 ///< one string (256 KiB)
    uint32_t failed_allocations;   ///< allocations refused in one call before it is stopped (6)
    uint32_t value_depth;          ///< nesting of a table handed to the host (16)
    uint32_t value_count;          ///< entries of a table handed to the host, nested ones included (16,384)
    size_t value_bytes;            ///< bytes of all strings of a table handed to the host (1 MiB)
    size_t source_bytes;           ///< one chunk or module (256 KiB)
    uint32_t output_lines;         ///< lines printed or logged in one call (200)
    size_t output_bytes;           ///< bytes printed or logged in one call (64 KiB)
} ah_limits;

typedef struct {
    ah_status status;
    int32_t line;        ///< 1-based line in the chunk named below; 0 when unknown
    char chunk[64];      ///< name of the chunk the line belongs to; empty when unknown
    uint32_t length;     ///< bytes in message
    char message[1024];  ///< UTF-8 as far as the script's own text is; cut when longer, always terminated
} ah_error;

// MARK: values

typedef enum {
    AH_NIL = 0,
    AH_BOOLEAN = 1,    ///< integer is 0 or 1
    AH_INTEGER = 2,
    AH_NUMBER = 3,
    AH_STRING = 4,     ///< text, length; not terminated by contract, may hold zero bytes
    AH_TABLE = 5,      ///< integer is the index of its first node in the tree, -1 when empty or not opened
    AH_FUNCTION = 6,
    AH_SERIES = 7,     ///< series; towards Lua, as for the next two, a new userdata is made
    AH_BUNDLE = 8,     ///< bundle
    AH_RECORD = 9,     ///< record
    AH_OTHER = 10,     ///< a coroutine, a row of a bundle
    AH_REFERENCE = 11, ///< towards Lua only: integer is an ah_ref
    AH_LABELLED = 13,  ///< a number with a label of the host (length), which scripts can pass on but not make
    AH_ARGUMENT = 12,  ///< as a result of a host function: integer is the 0-based number of the argument given back
} ah_kind;

typedef struct ah_series ah_series;
typedef struct ah_bundle ah_bundle;
typedef struct ah_record ah_record;

typedef struct {
    uint32_t kind;
    uint32_t length;
    union {
        int64_t integer;
        double number;
        const char *text;
        const ah_series *series;
        const ah_bundle *bundle;
        const ah_record *record;
    };
} ah_value;

/// An entry of an opened table; entries of one table are linked by next (-1 ends).
/// Their order is that of the script's pairs: numbers ascending, then strings by bytes, then false and true.
typedef struct {
    ah_value key;
    ah_value value;
    int32_t next;
} ah_node;

// MARK: host objects

/// Rows known so far; several series share one clock.
typedef struct {
    int64_t count;
} ah_clock;

typedef enum { AH_F64 = 0, AH_I64 = 1 } ah_element;

/// A column, newest last. Row j lies at base[j & mask]; [i] reads row count-1-i.
/// The host owns it; it must live as long as the machine.
struct ah_series {
    const void *base;
    uint64_t mask;
    const ah_clock *clock;
    int64_t depth;     ///< [i] reads NaN for i >= depth
    uint32_t element;  ///< ah_element
    uint32_t tag;      ///< the host's own
    ah_ref call;       ///< function that answers s(...), given s and the arguments; 0: not callable
};

typedef struct {
    const char *name;         ///< at most 40 bytes
    const ah_series *series;  ///< what a row reads under this name; may be NULL
    ah_ref value;             ///< what the bundle answers under this name; 0: a series made from `series`
} ah_column;

/// Named values: b.name is the value, b[i].name the element i of that series, #b the clock's count.
struct ah_bundle {
    const char *name;  ///< used in messages
    const ah_column *columns;
    uint32_t count;
    uint32_t tag;  ///< the host's own
    const ah_clock *clock;
};

typedef enum {
    AH_FIELD_NUMBER = 0,    ///< const double *
    AH_FIELD_OPTIONAL = 1,  ///< const double *, NaN reads as nil
    AH_FIELD_INTEGER = 2,   ///< const int64_t *
    AH_FIELD_BOOLEAN = 3,   ///< const uint8_t *
    AH_FIELD_TEXT = 4,      ///< const char *const *, NULL reads as nil
    AH_FIELD_VALUE = 5,     ///< const ah_ref *, 0 reads as nil
} ah_field_kind;

typedef struct {
    const char *name;  ///< at most 40 bytes
    uint32_t kind;     ///< ah_field_kind
    const void *address;
} ah_field;

/// Read-only named fields over memory of the host, which must live as long as the machine.
/// With a main value it also works as a number in arithmetic and comparisons.
struct ah_record {
    const char *name;  ///< used in messages
    const ah_field *fields;
    uint32_t count;
    uint32_t tag;         ///< the host's own
    const double *value;  ///< the main value, or NULL
};

// MARK: host functions

enum { AH_MAX_ARGUMENTS = 16, AH_MAX_RESULTS = 4, AH_MAX_TEXT = 480 };

/// What a host function sees. Strings belong to Lua and live until the function returns.
typedef struct {
    ah_machine *machine;
    int32_t argument_count;  ///< those beyond AH_MAX_ARGUMENTS are refused before the call
    int32_t result_count;
    ah_value arguments[AH_MAX_ARGUMENTS];
    ah_value results[AH_MAX_RESULTS];  ///< strings must stay valid until the machine is entered again, or use text
    const ah_node *nodes;              ///< entries of the table arguments
    int32_t line;                      ///< line of the script's innermost call, 0 when unknown
    uint32_t text_length;
    char text[AH_MAX_TEXT];            ///< the message of a refusal, or bytes for a string result
} ah_frame;

/// Answers AH_OK, or AH_REFUSED with the message in `text`: the script sees an ordinary error at its line.
/// Never enters the machine, never keeps the frame.
typedef int32_t (*ah_function)(ah_frame *frame, void *context);

/// Receives a line from print (level 0). Lines beyond the budget are counted, not delivered.
typedef void (*ah_output)(void *context, int32_t level, const char *text, size_t length);

// MARK: calls

/// One step of a plan: function(self, arguments…) -> results.
typedef struct {
    ah_ref function;
    ah_ref receiver;  ///< pushed first when not 0
    uint8_t argument_count;
    uint8_t result_count;   ///< how many results are read, at most AH_MAX_RESULTS
    uint8_t stop_if_true;   ///< the plan ends here when the first result is neither nil nor false
    uint8_t ran;            ///< out: 1 when the step was performed
    ah_value arguments[AH_MAX_RESULTS];
    ah_value results[AH_MAX_RESULTS];  ///< strings live until the machine is entered again; tables are not opened
} ah_step;

/// NULL when even the empty state does not fit (or memory is short).
ah_machine *ah_create(const ah_limits *limits, uint64_t seed);
/// The release of Lua that this was built with, such as "Lua 5.4.4".
const char *ah_lua_release(void);
void ah_close(ah_machine *machine);
const ah_limits *ah_limits_of(const ah_machine *machine);
const ah_error *ah_last_error(const ah_machine *machine);
void ah_set_output(ah_machine *machine, ah_output output, void *context);
void ah_set_seed(ah_machine *machine, uint64_t seed);

/// Compiles text; `name` (at most 59 bytes) stands before the line in messages. Does not run it.
/// `environment` is the table of globals, 0 the script's. A host chunk's lines are never reported as the user's.
ah_status ah_load(
    ah_machine *machine, const char *source, size_t length, const char *name, ah_ref environment, bool host_chunk,
    ah_ref *function);
/// Registers what require finds. `source` is not copied and must live as long as the machine.
/// With `user_module` its lines are reported as the user's.
ah_status ah_add_module(
    ah_machine *machine, const char *name, const char *source, size_t length, bool user_module);
/// What require answers for `name`, made by the host; a table is frozen for scripts.
ah_status ah_set_module(ah_machine *machine, const char *name, ah_ref value);

/// Runs the steps in order inside one protected entry, each with a fresh budget; stops at the first error.
/// `steps_done` counts the steps that ended well.
ah_status ah_run(ah_machine *machine, ah_step *steps, int32_t count, int32_t *steps_done);
/// The slow and general call under the load budget (loading = true) or the call budget; tables and functions
/// among the results become references that the caller releases.
ah_status ah_call(
    ah_machine *machine, ah_ref function, const ah_value *arguments, int32_t argument_count, ah_value *results,
    int32_t result_count, bool loading);

// MARK: building and reading values (raw: no metamethod runs)

ah_status ah_new_table(ah_machine *machine, ah_ref *table);
ah_status ah_new_series(ah_machine *machine, const ah_series *series, ah_ref *value);
ah_status ah_new_bundle(ah_machine *machine, const ah_bundle *bundle, ah_ref *value);
ah_status ah_new_record(ah_machine *machine, const ah_record *record, ah_ref *value);
/// `opened` has bit i set when a table as argument i (from 0) is opened for the function; others stay closed.
ah_status ah_new_function(
    ah_machine *machine, const char *name, uint32_t opened, ah_function function, void *context, ah_ref *value);
/// "crossover", "crossunder"; 0 for an unknown name.
ah_status ah_builtin(ah_machine *machine, const char *name, ah_ref *value);
/// A read-only view of a table: writing raises, rawset and setmetatable refuse, pairs and # see the table behind.
ah_status ah_freeze(ah_machine *machine, ah_ref table, ah_ref *view);
ah_status ah_globals(ah_machine *machine, ah_ref *table);
ah_status ah_host_globals(ah_machine *machine, ah_ref *table);
/// table[key] = value, raw; key and value may be references.
ah_status ah_set(ah_machine *machine, ah_ref table, ah_value key, ah_value value);
/// Reads table[key], raw; a table or function becomes a reference that the caller releases.
ah_status ah_get(ah_machine *machine, ah_ref table, ah_value key, ah_value *value);
/// What the reference is; strings live until the machine is entered again.
ah_status ah_peek(ah_machine *machine, ah_ref reference, ah_value *value);
/// Copies a table out, nested ones too, within the value limits (AH_REFUSED beyond, also for a cycle).
/// Nodes live until the machine is entered again. Functions appear as AH_FUNCTION.
ah_status ah_open(ah_machine *machine, ah_ref table, ah_value *value, const ah_node **nodes);
/// Builds a nested table from nodes laid out as ah_open answers them.
ah_status ah_build(ah_machine *machine, ah_value value, const ah_node *nodes, ah_ref *reference);
void ah_release(ah_machine *machine, ah_ref reference);

// MARK: output budget, measures

/// True when one more line of this size fits the call's output budget; counts it.
bool ah_admit_output(ah_machine *machine, size_t bytes);
/// Lines refused since the machine was made.
uint64_t ah_dropped_output(const ah_machine *machine);
size_t ah_memory_used(const ah_machine *machine);
size_t ah_memory_peak(const ah_machine *machine);
/// Budget spent by the last call or step (VM instructions and comparable work).
int64_t ah_instructions_used(const ah_machine *machine);
/// For tests: the allocation numbered `countdown` from now on fails, and so do all later ones when `forever`.
void ah_fail_allocation(ah_machine *machine, int64_t countdown, bool forever);
/// For tests: in the machines that this thread creates next, that allocation and all later ones fail; 0 ends it.
void ah_fail_creation(int64_t countdown);

#endif

/// What the files of the sandbox share. Not seen by Swift.
#ifndef AH_INTERNAL_H
#define AH_INTERNAL_H

#include "CLuaHost.h"
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>

/// VM instructions between two looks at the budget. Small, because one instruction can be slow
/// (comparing two strings of 256 KiB full of zero bytes takes milliseconds); a larger step is not faster.
enum { AH_HOOK_STEP = 100 };

/// Every userdata that a script can hold begins with one of these words, so a type check is one compare.
enum { AH_TAG_SERIES = 0x41485331, AH_TAG_BUNDLE, AH_TAG_ROW, AH_TAG_RECORD, AH_TAG_LABELLED };

/// Private entries of the registry, before the references.
enum {
    AH_REG_SERIES = 4,  ///< metatables of the userdata
    AH_REG_BUNDLE,
    AH_REG_ROW,
    AH_REG_RECORD,
    AH_REG_NUMBER,
    AH_REG_LABELLED,
    AH_REG_HOST_GLOBALS,
    AH_REG_MODULES,  ///< name -> lightuserdata (source) | false (being loaded) | the loaded value
    AH_REG_FIRST_FREE,
};

typedef struct ah_module {
    struct ah_module *next;
    const char *source;
    size_t length;
    bool user;
    char name[64];
} ah_module;

enum { AH_MAX_PENDING = 64 };

struct ah_machine {
    lua_State *L;        ///< main thread
    lua_State *running;  ///< thread that runs now, for placing an error
    int64_t fuel;        ///< what is left of the instruction budget
    int64_t fuel_given;
    int64_t clock_debt;    ///< units charged by C code since the clock was looked at
    int64_t deadline;      ///< coarse monotonic nanoseconds; 0 until the first hook of a call
    int64_t load_deadline; ///< set by a load for the run that follows it
    int64_t allowance;     ///< wall nanoseconds of the current call
    ah_status killed;      ///< not AH_OK: nothing may run on, whatever catches the error
    bool inside_host;      ///< a host function is on the stack
    bool entered;          ///< a protected entry is on the stack
    uint32_t failures;     ///< failed allocations in this call
    uint32_t refused_block;  ///< a single block was too large
    bool stack_overflow;     ///< the refused block was a Lua stack
    int32_t killed_line;
    char killed_chunk[64];
    size_t used, peak;
    void *string_table;      ///< Lua's table of short strings, which has a cap of its own
    int64_t fail_at;  ///< fault injection: allocations to go, 0 off
    bool fail_forever;
    ah_limits limits;
    ah_error error;
    ah_ref next_ref;  ///< references: own free list, so that releasing allocates nothing
    ah_ref *free_refs;
    uint32_t free_count, free_capacity;
    ah_ref pending[AH_MAX_PENDING];  ///< released while a call was running
    uint32_t pending_count;
    ah_node *nodes;  ///< arena of opened tables
    uint32_t node_count, node_capacity;
    size_t node_bytes;
    ah_output output;
    void *output_context;
    uint32_t output_lines;
    size_t output_bytes;
    uint64_t output_dropped;
    uint64_t seed;
    bool is_seeded;  ///< whether `random` follows from `seed`; most calls never draw a number
    uint64_t random[4];
    ah_module *modules;
    char user_chunks[8][64];  ///< names whose lines are the user's, so that an error text can be trusted to name one
    uint32_t user_chunk_count;
    lua_CFunction stock[16];  ///< stock functions that ours charge for and then call
};

static inline ah_machine *ah_of(lua_State *L) { return *(ah_machine **)lua_getextraspace(L); }

// allocator.c
void *ah_allocate(void *ud, void *ptr, size_t osize, size_t nsize);

// budget.c
void ah_begin(ah_machine *m, bool loading);
void ah_hook(lua_State *L, lua_Debug *ar);
void ah_kill(ah_machine *m, lua_State *L, ah_status status);
int ah_raise_kill(lua_State *L);
/// Raises when the call has been stopped; to be called after anything that may have caught an error.
void ah_check(lua_State *L);
void ah_check_clock(lua_State *L, ah_machine *m);
void ah_out_of_fuel(lua_State *L, ah_machine *m);
int64_t ah_coarse_now(void);

/// Takes work done in C from the budget; raises when it is used up or the deadline has passed.
static inline void ah_charge(lua_State *L, ah_machine *m, int64_t units) {
    // A miscount must never refill the budget.
    if (units < 0) units = INT32_MAX;
    m->fuel -= units;
    m->clock_debt += units;
    if (m->fuel < 0 || m->killed) ah_out_of_fuel(L, m);
    if (m->clock_debt > 16384) ah_check_clock(L, m);
}

// entry.c
typedef int (*ah_body)(lua_State *L);
/// Puts the message handler at index 1 of the main stack, where it stays.
void ah_install_report(lua_State *L);
/// Runs body(argument) protected. The status is in m->error too.
ah_status ah_enter(ah_machine *m, ah_body body, void *argument);
/// The same with a fresh budget; a refused re-entry leaves the running call's budget alone.
ah_status ah_enter_fresh(ah_machine *m, bool loading, ah_body body, void *argument);
ah_status ah_refuse(ah_machine *m, ah_status status, const char *text);
void ah_release_pending(ah_machine *m);
ah_ref ah_keep(lua_State *L, ah_machine *m);
void ah_place(ah_machine *m, lua_State *L, int32_t *line, char *chunk);
/// Chunks of the host are named [name]; a user's name never begins with a bracket.
static inline bool ah_is_host_chunk(const char *name) { return name[0] == '['; }

// values.c
void ah_push(lua_State *L, const ah_value *value);
void ah_read(lua_State *L, int index, ah_value *value);
/// Opens the table at index into the machine's arena; raises beyond the bounds.
void ah_flatten(lua_State *L, ah_machine *m, int index, ah_value *value);

// pairs.c
int ah_pairs(lua_State *L);
int ah_next(lua_State *L);
/// Pushes an array of the keys of the table at index, in the order of pairs.
lua_Integer ah_push_sorted_keys(lua_State *L, int index);

// match.c
/// A pattern's engine; ms is private to match.c and matchlib.c.
int ah_str_find(lua_State *L);
int ah_str_match(lua_State *L);
int ah_str_gmatch(lua_State *L);
int ah_str_gsub(lua_State *L);

// format.c, base.c
int ah_str_format(lua_State *L);
/// Pushes the text of the value at index, without addresses; may call __tostring.
const char *ah_tostring(lua_State *L, int index, size_t *length);
/// Raises when the table at index may not be changed by a script.
void ah_check_writable(lua_State *L, int index);
/// True when the value at index is a frozen view; then pushes the table behind it.
bool ah_behind_view(lua_State *L, int index);
void ah_push_view(lua_State *L, int index);

// openers: each leaves nothing on the stack and fills the table at the given absolute index
void ah_open_base(lua_State *L, int globals);
void ah_open_metatables(lua_State *L, int globals);
void ah_open_coroutine(lua_State *L, int globals);
void ah_open_string(lua_State *L, int globals);
void ah_open_table(lua_State *L, int globals);
void ah_open_math(lua_State *L, int globals);
void ah_open_utf8(lua_State *L, int globals);
void ah_open_series(lua_State *L);
void ah_open_record(lua_State *L);
void ah_push_series(lua_State *L, const ah_series *series);
void ah_push_bundle(lua_State *L, const ah_bundle *bundle);
void ah_push_record(lua_State *L, const ah_record *record);
void ah_push_labelled(lua_State *L, uint32_t label, double number);
int ah_require(lua_State *L);
int ah_sort(lua_State *L);
int ah_crossover(lua_State *L);
int ah_crossunder(lua_State *L);
int ah_trampoline(lua_State *L);

// source.c
typedef struct {
    char text[256];
    int32_t line;
} ah_objection;
/// Looks over the text before it is compiled: size, encoding, shapes that make the compiler or its error
/// messages slow. False with the objection filled in.
bool ah_survey(const char *source, size_t length, size_t limit, ah_objection *objection);
int ah_load_body(lua_State *L);
/// Compiles and pushes a function; raises on a syntax error. Used by require and ah_load.
void ah_compile(lua_State *L, const char *source, size_t length, const char *name);

#endif

// Calls both ways: steps and general calls into Lua, host functions out of it.
#include "internal.h"
#include <string.h>

// MARK: into Lua

typedef struct {
    ah_machine *m;
    ah_step *steps;
    int32_t count, done;
} sequence;

static int run_steps(lua_State *L) {
    sequence *q = lua_touserdata(L, 1);
    ah_machine *m = q->m;
    int base = 1;
    for (int32_t i = 0; i < q->count; i++) {
        ah_step *step = &q->steps[i];
        int given = step->argument_count;
        ah_begin(m, false);
        lua_rawgeti(L, LUA_REGISTRYINDEX, step->function);
        if (step->receiver) {
            lua_rawgeti(L, LUA_REGISTRYINDEX, step->receiver);
            given++;
        }
        for (int a = 0; a < step->argument_count; a++) ah_push(L, &step->arguments[a]);
        step->ran = 1;
        lua_call(L, given, step->result_count);
        bool text = false;
        for (int r = 0; r < step->result_count; r++) {
            ah_value *result = &step->results[r];
            int type = lua_type(L, base + 1 + r);
            // Most answers are no: nil and false are read without the call.
            if (type == LUA_TNIL || type == LUA_TBOOLEAN) {
                result->kind = type == LUA_TNIL ? AH_NIL : AH_BOOLEAN;
                result->length = 0;
                result->integer = lua_toboolean(L, base + 1 + r);
            } else {
                ah_read(L, base + 1 + r, result);
                text |= result->kind == AH_STRING;
            }
        }
        q->done = i + 1;
        bool stop = step->stop_if_true && step->result_count > 0 && lua_toboolean(L, base + 1);
        if (text) {
            // Strings stay on the stack until the entry ends, so that a later step cannot free them.
            base += step->result_count;
            luaL_checkstack(L, LUA_MINSTACK, NULL);
        } else {
            lua_settop(L, base);
        }
        if (stop) break;
    }
    return 0;
}

ah_status ah_run(ah_machine *m, ah_step *steps, int32_t count, int32_t *steps_done) {
    sequence q = {.m = m, .steps = steps, .count = count};
    *steps_done = 0;
    for (int32_t i = 0; i < count; i++) steps[i].ran = 0;
    if (count <= 0) return AH_OK;
    ah_status status = ah_enter(m, run_steps, &q);
    *steps_done = q.done;
    return status;
}

typedef struct {
    ah_machine *m;
    ah_ref function;
    const ah_value *arguments;
    ah_value *results;
    int32_t argument_count, result_count;
} general_call;

static int call(lua_State *L) {
    general_call *c = lua_touserdata(L, 1);
    luaL_checkstack(L, c->argument_count + c->result_count + 4, "too many arguments");
    lua_rawgeti(L, LUA_REGISTRYINDEX, c->function);
    for (int32_t i = 0; i < c->argument_count; i++) ah_push(L, &c->arguments[i]);
    lua_call(L, c->argument_count, c->result_count);
    for (int32_t i = 0; i < c->result_count; i++) {
        ah_value *value = &c->results[i];
        ah_read(L, 2 + i, value);
        if (value->kind == AH_TABLE || value->kind == AH_FUNCTION) {
            uint32_t kind = value->kind;
            lua_pushvalue(L, 2 + i);
            value->integer = ah_keep(L, c->m);
            value->length = kind;
            value->kind = AH_REFERENCE;
        }
    }
    return 0;
}

ah_status ah_call(
    ah_machine *m, ah_ref function, const ah_value *arguments, int32_t argument_count, ah_value *results,
    int32_t result_count, bool loading) {
    general_call c = {m, function, arguments, results, argument_count, result_count};
    memset(results, 0, (size_t)result_count * sizeof *results);
    return ah_enter_fresh(m, loading, call, &c);
}

// MARK: out of Lua

/// Upvalues: function, context, name, mask of opened arguments.
/// Everything the host reads is laid out before it is called, and everything it
/// answers is handed to Lua after it has returned, so no error can jump over its frames.
int ah_trampoline(lua_State *L) {
    ah_machine *m = ah_of(L);
    ah_frame frame;
    int count = lua_gettop(L);
    if (count > AH_MAX_ARGUMENTS) {
        return luaL_error(L, "%s: at most %d arguments, got %d", lua_tostring(L, lua_upvalueindex(3)),
            (int)AH_MAX_ARGUMENTS, count);
    }
    ah_charge(L, m, 20);
    frame.machine = m;
    frame.argument_count = count;
    frame.result_count = 0;
    frame.text_length = 0;
    frame.line = 0;
    m->node_count = 0;
    m->node_bytes = 0;
    uint32_t opened = (uint32_t)lua_tointeger(L, lua_upvalueindex(4));
    for (int i = 0; i < count; i++) {
        ah_read(L, i + 1, &frame.arguments[i]);
        if (frame.arguments[i].kind == AH_TABLE && (opened >> i & 1)) ah_flatten(L, m, i + 1, &frame.arguments[i]);
    }
    frame.nodes = m->nodes;
    lua_Debug ar;
    for (int level = 1; level < 8 && lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        if (ar.currentline > 0 && !ah_is_host_chunk(ar.short_src)) {
            frame.line = ar.currentline;
            break;
        }
    }
    ah_function function;
    void *pointer = lua_touserdata(L, lua_upvalueindex(1));
    memcpy(&function, &pointer, sizeof function);
    m->inside_host = true;
    int32_t status = function(&frame, lua_touserdata(L, lua_upvalueindex(2)));
    m->inside_host = false;
    if (status != AH_OK) {
        uint32_t length = frame.text_length < AH_MAX_TEXT ? frame.text_length : AH_MAX_TEXT;
        luaL_where(L, 1);
        lua_pushlstring(L, frame.text, length);
        lua_concat(L, 2);
        return lua_error(L);
    }
    int results = frame.result_count < AH_MAX_RESULTS ? frame.result_count : AH_MAX_RESULTS;
    for (int i = 0; i < results; i++) {
        const ah_value *value = &frame.results[i];
        if (value->kind == AH_ARGUMENT) {
            lua_pushvalue(L, value->integer >= 0 && value->integer < count ? (int)value->integer + 1 : 1);
        } else {
            ah_push(L, value);
        }
    }
    return results;
}

typedef struct {
    ah_machine *m;
    const char *name;
    ah_function function;
    void *context;
    uint32_t opened;
    ah_ref out;
} creation;

static int new_function(lua_State *L) {
    creation *c = lua_touserdata(L, 1);
    void *pointer;
    memcpy(&pointer, &c->function, sizeof pointer);
    lua_pushlightuserdata(L, pointer);
    lua_pushlightuserdata(L, c->context);
    lua_pushstring(L, c->name);
    lua_pushinteger(L, c->opened);
    lua_pushcclosure(L, ah_trampoline, 4);
    c->out = ah_keep(L, c->m);
    return 0;
}

ah_status ah_new_function(
    ah_machine *m, const char *name, uint32_t opened, ah_function function, void *context, ah_ref *value) {
    creation c = {.m = m, .name = name, .function = function, .context = context, .opened = opened};
    ah_status status = ah_enter_fresh(m, false, new_function, &c);
    *value = c.out;
    return status;
}

static int builtin(lua_State *L) {
    creation *c = lua_touserdata(L, 1);
    if (strcmp(c->name, "crossover") == 0) {
        lua_pushcfunction(L, ah_crossover);
    } else if (strcmp(c->name, "crossunder") == 0) {
        lua_pushcfunction(L, ah_crossunder);
    } else {
        return luaL_error(L, "no builtin function '%s'", c->name);
    }
    c->out = ah_keep(L, c->m);
    return 0;
}

ah_status ah_builtin(ah_machine *m, const char *name, ah_ref *value) {
    creation c = {.m = m, .name = name};
    ah_status status = ah_enter_fresh(m, false, builtin, &c);
    *value = c.out;
    return status;
}

// Values between Lua and the host, in a plain form that no error can jump over.
#include "internal.h"
#include <stdlib.h>
#include <string.h>

void ah_push(lua_State *L, const ah_value *value) {
    switch (value->kind) {
    case AH_BOOLEAN: lua_pushboolean(L, value->integer != 0); return;
    case AH_INTEGER: lua_pushinteger(L, value->integer); return;
    case AH_NUMBER: lua_pushnumber(L, value->number); return;
    case AH_STRING: lua_pushlstring(L, value->text, value->length); return;
    case AH_REFERENCE: lua_rawgeti(L, LUA_REGISTRYINDEX, value->integer); return;
    case AH_SERIES: ah_push_series(L, value->series); return;
    case AH_BUNDLE: ah_push_bundle(L, value->bundle); return;
    case AH_RECORD: ah_push_record(L, value->record); return;
    case AH_LABELLED: ah_push_labelled(L, value->length, value->number); return;
    default: lua_pushnil(L);
    }
}

static void read_userdata(lua_State *L, int index, ah_value *value) {
    const uint32_t *tag = lua_touserdata(L, index);
    value->kind = AH_OTHER;
    if (tag == NULL || lua_islightuserdata(L, index)) return;
    const void *host = *(const void *const *)(tag + 2);
    switch (*tag) {
    case AH_TAG_SERIES:
        value->kind = AH_SERIES;
        value->series = host;
        break;
    case AH_TAG_BUNDLE:
        value->kind = AH_BUNDLE;
        value->bundle = host;
        break;
    case AH_TAG_RECORD:
        value->kind = AH_RECORD;
        value->record = host;
        break;
    case AH_TAG_LABELLED:
        value->kind = AH_LABELLED;
        value->length = tag[1];
        value->number = *(const double *)(const void *)(tag + 2);
        break;
    default: break;
    }
}

/// Never allocates and never raises, so it may run where a host frame is on the stack.
void ah_read(lua_State *L, int index, ah_value *value) {
    value->length = 0;
    value->integer = 0;
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        value->kind = AH_BOOLEAN;
        value->integer = lua_toboolean(L, index);
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            value->kind = AH_INTEGER;
            value->integer = lua_tointeger(L, index);
        } else {
            value->kind = AH_NUMBER;
            value->number = lua_tonumber(L, index);
        }
        break;
    case LUA_TSTRING: {
        size_t length;
        value->kind = AH_STRING;
        value->text = lua_tolstring(L, index, &length);
        value->length = (uint32_t)length;
        break;
    }
    case LUA_TTABLE:
        value->kind = AH_TABLE;
        value->integer = -1;
        break;
    case LUA_TFUNCTION: value->kind = AH_FUNCTION; break;
    case LUA_TUSERDATA: read_userdata(L, index, value); break;
    case LUA_TNIL:
    case LUA_TNONE: value->kind = AH_NIL; break;
    default: value->kind = AH_OTHER;
    }
}

static ah_node *add_node(lua_State *L, ah_machine *m) {
    if (m->node_count >= m->limits.value_count) {
        luaL_error(L, "a table handed over has more than %d entries", (int)m->limits.value_count);
    }
    if (m->node_count == m->node_capacity) {
        uint32_t capacity = m->node_capacity ? m->node_capacity * 2 : 64;
        ah_node *grown = realloc(m->nodes, capacity * sizeof *grown);
        if (grown == NULL) {
            ah_kill(m, L, AH_MEMORY);
            ah_raise_kill(L);
        }
        m->nodes = grown;
        m->node_capacity = capacity;
    }
    ah_node *node = &m->nodes[m->node_count++];
    memset(node, 0, sizeof *node);
    node->next = -1;
    return node;
}

static void note_text(lua_State *L, ah_machine *m, const ah_value *value) {
    if (value->kind != AH_STRING) return;
    m->node_bytes += value->length;
    if (m->node_bytes > m->limits.value_bytes) {
        luaL_error(L, "a table handed over holds more than %d bytes of text", (int)m->limits.value_bytes);
    }
}

static int32_t flatten(lua_State *L, ah_machine *m, int table, uint32_t depth) {
    if (depth > m->limits.value_depth) {
        luaL_error(L, "a table handed over is nested deeper than %d levels", (int)m->limits.value_depth);
    }
    luaL_checkstack(L, 8, "nested tables");
    if (ah_behind_view(L, table)) {
        lua_replace(L, table);
    }
    lua_Integer count = ah_push_sorted_keys(L, table);
    int keys = lua_gettop(L);
    int32_t first = -1, last = -1;
    for (lua_Integer i = 1; i <= count; i++) {
        add_node(L, m);
        int32_t at = (int32_t)m->node_count - 1;
        lua_rawgeti(L, keys, i);
        ah_value key, value;
        ah_read(L, -1, &key);
        lua_rawget(L, table);
        ah_read(L, -1, &value);
        note_text(L, m, &key);
        note_text(L, m, &value);
        if (value.kind == AH_TABLE) value.integer = flatten(L, m, lua_gettop(L), depth + 1);
        m->nodes[at].key = key;
        m->nodes[at].value = value;
        if (last >= 0) m->nodes[last].next = at;
        if (first < 0) first = at;
        last = at;
        lua_settop(L, keys);
    }
    lua_settop(L, keys - 1);
    return first;
}

void ah_flatten(lua_State *L, ah_machine *m, int index, ah_value *value) {
    lua_pushvalue(L, index);
    value->kind = AH_TABLE;
    value->integer = flatten(L, m, lua_gettop(L), 1);
    lua_pop(L, 1);
}

// MARK: entries of the public interface

typedef struct {
    ah_machine *m;
    ah_ref table;
    ah_value key, value;
    const ah_node *nodes;
    ah_ref out;
    const char *name;
} operation;

static int new_table(lua_State *L) {
    operation *o = lua_touserdata(L, 1);
    lua_createtable(L, 0, 0);
    o->out = ah_keep(L, o->m);
    return 0;
}

ah_status ah_new_table(ah_machine *m, ah_ref *table) {
    operation o = {.m = m};
    ah_status status = ah_enter_fresh(m, false, new_table, &o);
    *table = o.out;
    return status;
}

static int set(lua_State *L) {
    operation *o = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, o->table);
    luaL_checktype(L, -1, LUA_TTABLE);
    ah_push(L, &o->key);
    ah_push(L, &o->value);
    lua_rawset(L, -3);
    return 0;
}

ah_status ah_set(ah_machine *m, ah_ref table, ah_value key, ah_value value) {
    operation o = {.m = m, .table = table, .key = key, .value = value};
    return ah_enter_fresh(m, false, set, &o);
}

/// Pops a value into its plain form; what only Lua can hold is kept as a reference.
static void take(lua_State *L, ah_machine *m, ah_value *value) {
    ah_read(L, -1, value);
    if (value->kind == AH_TABLE || value->kind == AH_FUNCTION || value->kind == AH_OTHER) {
        uint32_t kind = value->kind;
        value->integer = ah_keep(L, m);
        value->kind = AH_REFERENCE;
        value->length = kind;
    } else {
        lua_pop(L, 1);
    }
}

static int get(lua_State *L) {
    operation *o = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, o->table);
    luaL_checktype(L, -1, LUA_TTABLE);
    if (ah_behind_view(L, -1)) lua_remove(L, -2);
    ah_push(L, &o->key);
    lua_rawget(L, -2);
    take(L, o->m, &o->value);
    return 0;
}

ah_status ah_get(ah_machine *m, ah_ref table, ah_value key, ah_value *value) {
    operation o = {.m = m, .table = table, .key = key};
    ah_status status = ah_enter_fresh(m, false, get, &o);
    *value = o.value;
    return status;
}

ah_status ah_peek(ah_machine *m, ah_ref reference, ah_value *value) {
    if (m->inside_host || m->entered) return ah_refuse(m, AH_REENTRY, "the machine is already running");
    lua_rawgeti(m->L, LUA_REGISTRYINDEX, reference);
    ah_read(m->L, -1, value);
    lua_settop(m->L, 1);
    return AH_OK;
}

static int open_table(lua_State *L) {
    operation *o = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, o->table);
    luaL_checktype(L, -1, LUA_TTABLE);
    o->m->error.status = AH_REFUSED;
    ah_flatten(L, o->m, 2, &o->value);
    o->m->error.status = AH_OK;
    return 0;
}

ah_status ah_open(ah_machine *m, ah_ref table, ah_value *value, const ah_node **nodes) {
    operation o = {.m = m, .table = table};
    m->node_count = 0;
    m->node_bytes = 0;
    ah_status status = ah_enter_fresh(m, false, open_table, &o);
    *value = o.value;
    *nodes = m->nodes;
    return status;
}

static void build(lua_State *L, const ah_value *value, const ah_node *nodes) {
    if (value->kind != AH_TABLE) {
        ah_push(L, value);
        return;
    }
    luaL_checkstack(L, 8, "nested tables");
    lua_createtable(L, 0, 0);
    for (int64_t at = value->integer; at >= 0; at = nodes[at].next) {
        ah_push(L, &nodes[at].key);
        build(L, &nodes[at].value, nodes);
        lua_rawset(L, -3);
    }
}

static int build_table(lua_State *L) {
    operation *o = lua_touserdata(L, 1);
    build(L, &o->value, o->nodes);
    o->out = ah_keep(L, o->m);
    return 0;
}

ah_status ah_build(ah_machine *m, ah_value value, const ah_node *nodes, ah_ref *reference) {
    operation o = {.m = m, .value = value, .nodes = nodes};
    ah_status status = ah_enter_fresh(m, false, build_table, &o);
    *reference = o.out;
    return status;
}

void ah_release_pending(ah_machine *m) {
    while (m->pending_count > 0) ah_release(m, m->pending[--m->pending_count]);
}

void ah_release(ah_machine *m, ah_ref reference) {
    if (reference < AH_REG_FIRST_FREE || reference >= m->next_ref) return;
    if (m->entered) {
        // The stack belongs to the running call; beyond the room here the value stays until the machine is closed.
        if (m->pending_count < AH_MAX_PENDING) m->pending[m->pending_count++] = reference;
        return;
    }
    if (m->free_count == m->free_capacity) {
        uint32_t capacity = m->free_capacity ? m->free_capacity * 2 : 16;
        ah_ref *grown = realloc(m->free_refs, capacity * sizeof *grown);
        // Out of memory: the value simply stays kept until the machine is closed.
        if (grown == NULL) return;
        m->free_refs = grown;
        m->free_capacity = capacity;
    }
    // The slot exists, so this store neither allocates nor raises.
    lua_pushnil(m->L);
    lua_rawseti(m->L, LUA_REGISTRYINDEX, reference);
    m->free_refs[m->free_count++] = reference;
}

static int freeze(lua_State *L) {
    operation *o = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, o->table);
    luaL_checktype(L, -1, LUA_TTABLE);
    ah_push_view(L, -1);
    o->out = ah_keep(L, o->m);
    return 0;
}

ah_status ah_freeze(ah_machine *m, ah_ref table, ah_ref *view) {
    operation o = {.m = m, .table = table};
    ah_status status = ah_enter_fresh(m, false, freeze, &o);
    *view = o.out;
    return status;
}

static int keep_globals(lua_State *L) {
    operation *o = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, o->table);
    o->out = ah_keep(L, o->m);
    return 0;
}

static ah_status globals(ah_machine *m, ah_ref which, ah_ref *table) {
    operation o = {.m = m, .table = which};
    ah_status status = ah_enter_fresh(m, false, keep_globals, &o);
    *table = o.out;
    return status;
}

ah_status ah_globals(ah_machine *m, ah_ref *table) { return globals(m, LUA_RIDX_GLOBALS, table); }

ah_status ah_host_globals(ah_machine *m, ah_ref *table) { return globals(m, AH_REG_HOST_GLOBALS, table); }

// Chunks and modules: loading, and a require that finds what the host registered and nothing else.
#include "internal.h"
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

static ah_module *find(ah_machine *m, const char *name) {
    for (ah_module *module = m->modules; module; module = module->next) {
        if (strcmp(module->name, name) == 0) return module;
    }
    return NULL;
}

static void trust_chunk(ah_machine *m, const char *name) {
    for (uint32_t i = 0; i < m->user_chunk_count; i++) {
        if (strcmp(m->user_chunks[i], name) == 0) return;
    }
    uint32_t capacity = sizeof m->user_chunks / sizeof m->user_chunks[0];
    if (m->user_chunk_count < capacity) {
        snprintf(m->user_chunks[m->user_chunk_count++], sizeof m->user_chunks[0], "%s", name);
    }
}

ah_status ah_add_module(ah_machine *m, const char *name, const char *source, size_t length, bool user_module) {
    if (strlen(name) > 55) return ah_refuse(m, AH_REFUSED, "a module's name has at most 55 bytes");
    if (find(m, name)) return ah_refuse(m, AH_REFUSED, "a module of this name exists");
    ah_module *module = calloc(1, sizeof *module);
    if (module == NULL) return ah_refuse(m, AH_MEMORY, "not enough memory");
    module->source = source;
    module->length = length;
    module->user = user_module;
    snprintf(module->name, sizeof module->name, "%s", name);
    module->next = m->modules;
    m->modules = module;
    if (user_module) trust_chunk(m, name);
    return AH_OK;
}

static void set_environment(lua_State *L, ah_ref environment) {
    if (environment == 0) return;
    lua_rawgeti(L, LUA_REGISTRYINDEX, environment);
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
}

static int run_module(lua_State *L) {
    const ah_module *module = lua_touserdata(L, 2);
    char chunk[64];
    snprintf(chunk, sizeof chunk, module->user ? "%s" : "[%s]", module->name);
    ah_compile(L, module->source, module->length, chunk);
    if (!module->user) set_environment(L, AH_REG_HOST_GLOBALS);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

int ah_require(lua_State *L) {
    ah_machine *m = ah_of(L);
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, AH_REG_MODULES);
    lua_pushvalue(L, 1);
    lua_rawget(L, 2);
    if (lua_isboolean(L, 3) && !lua_toboolean(L, 3)) {
        return luaL_error(L, "module '%s' requires itself, directly or through others", name);
    }
    if (!lua_isnil(L, 3)) return 1;
    const ah_module *module = strlen(name) == lua_rawlen(L, 1) ? find(m, name) : NULL;
    if (module == NULL) return luaL_error(L, "module '%s' not found", name);
    lua_pushvalue(L, 1);
    lua_pushboolean(L, 0);
    lua_rawset(L, 2);
    // A module that fails is forgotten, so that a later require says the same again and not "requires itself".
    lua_pushcfunction(L, run_module);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, (void *)(uintptr_t)module);
    int status = lua_pcall(L, 2, 1, 0);
    if (status != LUA_OK) {
        if (status == LUA_ERRMEM) ah_kill(m, L, AH_MEMORY);
        lua_pushvalue(L, 1);
        lua_pushnil(L);
        lua_rawset(L, 2);
        if (m->killed) ah_raise_kill(L);
        return lua_error(L);
    }
    if (lua_istable(L, -1) && !module->user) ah_push_view(L, -1);
    if (lua_isnil(L, -1)) lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    return 1;
}

// MARK: entries

typedef struct {
    ah_machine *m;
    const char *source, *name;
    size_t length;
    ah_ref in, out;
} loading;

static int load_chunk(lua_State *L) {
    loading *o = lua_touserdata(L, 1);
    ah_compile(L, o->source, o->length, o->name);
    set_environment(L, o->in);
    o->out = ah_keep(L, o->m);
    return 0;
}

ah_status ah_load(
    ah_machine *m, const char *source, size_t length, const char *name, ah_ref environment, bool host_chunk,
    ah_ref *function) {
    char chunk[64];
    snprintf(chunk, sizeof chunk, host_chunk ? "[%.55s]" : "%.57s", name);
    loading o = {.m = m, .source = source, .length = length, .name = chunk, .in = environment};
    if (!host_chunk) trust_chunk(m, chunk);
    m->load_deadline = 0;
    ah_status status = ah_enter_fresh(m, true, load_chunk, &o);
    m->load_deadline = m->deadline;
    *function = o.out;
    return status;
}

static int set_module(lua_State *L) {
    loading *o = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, AH_REG_MODULES);
    lua_pushstring(L, o->name);
    lua_rawgeti(L, LUA_REGISTRYINDEX, o->in);
    if (lua_istable(L, -1) && !ah_behind_view(L, -1)) ah_push_view(L, -1);
    if (lua_gettop(L) > 4) lua_replace(L, 4);
    lua_settop(L, 4);
    lua_rawset(L, 2);
    return 0;
}

ah_status ah_set_module(ah_machine *m, const char *name, ah_ref value) {
    loading o = {.m = m, .name = name, .in = value};
    return ah_enter_fresh(m, false, set_module, &o);
}

// A host as one writes it on the first day: an allocator cap of 32 MiB, a count hook that raises once 250 ms have
// passed, text chunks only, and neither io, os, debug, package nor load. The corpus shows that this is not enough.
// It is never linked into the product. Usage: naive FILE
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { memory_cap = 32 << 20, hook_count = 1000, deadline_ms = 250, candle_count = 60 };

static size_t memory_used;
static int64_t deadline;
static int64_t candles_known;

// What a host keeps outside the allocator: log lines, orders, plots, the text of the state.
typedef struct {
    char **texts;
    size_t count, capacity;
} Journal;
static Journal journal;

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
    (void)context;
    if (!block) old_size = 0;
    if (new_size == 0) {
        free(block);
        memory_used -= old_size;
        return NULL;
    }
    if (memory_used - old_size + new_size > memory_cap) return NULL;
    void *moved = realloc(block, new_size);
    if (moved) memory_used = memory_used - old_size + new_size;
    return moved;
}

static void check_deadline(lua_State *L, lua_Debug *event) {
    (void)event;
    if (milliseconds() > deadline) luaL_error(L, "time limit");
}

static void keep(const char *text, size_t length) {
    if (journal.count == journal.capacity) {
        journal.capacity = journal.capacity ? journal.capacity * 2 : 64;
        journal.texts = realloc(journal.texts, journal.capacity * sizeof(char *));
    }
    char *copy = malloc(length + 1);
    memcpy(copy, text, length + 1);
    journal.texts[journal.count++] = copy;
}

static int host_print(lua_State *L) {
    int count = lua_gettop(L);
    for (int i = 1; i <= count; i++) {
        size_t length;
        const char *text = luaL_tolstring(L, i, &length);
        keep(text, length);
        fprintf(stdout, "%.*s%s", length > 200 ? 200 : (int)length, text, i < count ? "\t" : "\n");
        lua_pop(L, 1);
    }
    return 0;
}

static void serialise(lua_State *L, int index);

static int host_log(lua_State *L) {
    size_t length;
    const char *text = luaL_tolstring(L, 1, &length);
    keep(text, length);
    if (lua_istable(L, 2)) serialise(L, 2);
    return 0;
}

static int host_plot(lua_State *L) {
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    luaL_checknumber(L, 2);
    keep(name, length);
    return 0;
}

static int host_order(lua_State *L) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_getfield(L, 2, "tag");
    size_t length;
    const char *tag = luaL_optlstring(L, -1, "", &length);
    keep(tag, length);
    lua_pushinteger(L, (lua_Integer)journal.count);
    return 1;
}

// The text of a table, as a first version writes it: no look-out for depth, cycles or size.
static void serialise(lua_State *L, int index) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, "state");
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_istable(L, -1)) {
            serialise(L, -1);
        } else {
            size_t length;
            const char *text = luaL_tolstring(L, -1, &length);
            keep(text, length);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
}

// A series: a userdata with a checked index, whose metatable somebody forgot to hide.
typedef struct {
    double *values;
    int64_t count;
} Series;

static int series_index(lua_State *L) {
    Series *series = luaL_checkudata(L, 1, "series");
    lua_Integer i = luaL_checkinteger(L, 2);
    if (i < 0 || i >= candles_known || i >= series->count) lua_pushnumber(L, (lua_Number)NAN);
    else lua_pushnumber(L, series->values[candles_known - 1 - i]);
    return 1;
}

static int series_length(lua_State *L) {
    luaL_checkudata(L, 1, "series");
    lua_pushinteger(L, candles_known);
    return 1;
}

static void push_series(lua_State *L, int64_t count) {
    Series *series = lua_newuserdatauv(L, sizeof(Series), 0);
    series->count = count;
    series->values = malloc((size_t)count * sizeof(double));
    for (int64_t i = 0; i < count; i++) series->values[i] = 100 + (double)(i % 17);
    luaL_setmetatable(L, "series");
}

// Every indicator gets a window of its length from malloc, whatever the length is.
static int indicator(lua_State *L) {
    lua_Integer length = luaL_checkinteger(L, 2);
    luaL_argcheck(L, length > 0, 2, "positive length expected");
    push_series(L, length > candle_count ? length : candle_count);
    return 1;
}

static double at(lua_State *L, int index, lua_Integer back) {
    if (lua_isnumber(L, index)) return lua_tonumber(L, index);
    lua_pushinteger(L, back);
    lua_gettable(L, index);
    double value = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return value;
}

static int crossover(lua_State *L) {
    lua_pushboolean(L, at(L, 1, 1) <= at(L, 2, 1) && at(L, 1, 0) > at(L, 2, 0));
    return 1;
}

// require joins a folder and a name; the folder is believed to be a wall.
static int host_require(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    if (strcmp(name, "ta") == 0) {
        lua_getfield(L, LUA_REGISTRYINDEX, "ta");
        return 1;
    }
    char path[4096];
    snprintf(path, sizeof path, "stdlib-lua/%s", name);
    if (luaL_loadfile(L, path) != LUA_OK) return lua_error(L);
    lua_call(L, 0, 1);
    return 1;
}

static int parameter(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    return 1;
}

static int declare(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    lua_setfield(L, 1, "__index");
    return 1;
}

static void open_host(lua_State *L) {
    static const luaL_Reg libraries[] = {
        {LUA_GNAME, luaopen_base},        {LUA_COLIBNAME, luaopen_coroutine}, {LUA_TABLIBNAME, luaopen_table},
        {LUA_STRLIBNAME, luaopen_string}, {LUA_MATHLIBNAME, luaopen_math},    {LUA_UTF8LIBNAME, luaopen_utf8},
    };
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(L, libraries[i].name, libraries[i].func, 1);
        lua_pop(L, 1);
    }
    static const char *const dropped[] = {"dofile", "loadfile", "load"};
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        lua_pushnil(L);
        lua_setglobal(L, dropped[i]);
    }
    luaL_newmetatable(L, "series");
    static const luaL_Reg series[] = {{"__index", series_index}, {"__len", series_length}, {NULL, NULL}};
    luaL_setfuncs(L, series, 0);
    static const luaL_Reg ta[] = {{"ema", indicator}, {"sma", indicator}, {"crossover", crossover}, {NULL, NULL}};
    luaL_newlib(L, ta);
    lua_setfield(L, LUA_REGISTRYINDEX, "ta");
    lua_register(L, "print", host_print);
    lua_register(L, "require", host_require);
    lua_register(L, "Strategy", declare);
    lua_register(L, "plot", host_plot);
    lua_register(L, "notify", host_log);
    static const luaL_Reg log[] = {
        {"debug", host_log}, {"info", host_log}, {"warn", host_log}, {"error", host_log}, {NULL, NULL}};
    luaL_newlib(L, log);
    lua_setglobal(L, "log");
    static const luaL_Reg param[] = {
        {"int", parameter}, {"float", parameter}, {"choice", parameter}, {"bool", parameter}, {NULL, NULL}};
    luaL_newlib(L, param);
    lua_setglobal(L, "param");
}

// One call from the host: a fresh deadline, a protected call, and the error told as luaL_tolstring reads it.
static int enter(lua_State *L, int arguments, int results) {
    deadline = milliseconds() + deadline_ms;
    int status = lua_pcall(L, arguments, results, 0);
    if (status != LUA_OK) {
        size_t length;
        const char *text = luaL_tolstring(L, -1, &length);
        keep(text, length);
        fprintf(stdout, "error: %.150s\n", text);
        lua_pop(L, 2);
    }
    return status == LUA_OK;
}

static int callback(lua_State *L, int self, const char *name, int results) {
    lua_getfield(L, self, name);
    if (!lua_isfunction(L, -1)) {
        lua_pop(L, 1);
        return 0;
    }
    lua_pushvalue(L, self);
    return enter(L, 1, results);
}

static void put_series(lua_State *L, int self, const char *name) {
    push_series(L, candle_count);
    lua_setfield(L, self, name);
}

static void save_state(lua_State *L, int self) {
    lua_getfield(L, self, "state");
    if (lua_istable(L, -1)) serialise(L, -1);
    lua_settop(L, self);
}

static void run_strategy(lua_State *L, int class) {
    lua_getfield(L, class, "name");
    const char *name = lua_tostring(L, -1);
    fprintf(stdout, "strategy %.40s\n", name);
    lua_getfield(L, class, "warmup");
    int64_t warmup = (int64_t)lua_tonumber(L, -1);
    if (warmup > 0) {
        double *history = malloc((size_t)warmup * sizeof(double));
        for (int64_t i = 0; i < warmup; i++) history[i] = NAN;
    }
    lua_settop(L, class);
    lua_newtable(L);
    int self = lua_gettop(L);
    lua_pushvalue(L, class);
    lua_setmetatable(L, self);
    put_series(L, self, "open");
    put_series(L, self, "close");
    lua_newtable(L);
    put_series(L, lua_gettop(L), "close");
    lua_setfield(L, self, "candles");
    lua_newtable(L);
    lua_setfield(L, self, "state");
    lua_newtable(L);
    lua_getfield(L, class, "params");
    if (lua_istable(L, -1)) {
        lua_pushnil(L);
        while (lua_next(L, -2)) {
            lua_geti(L, -1, 1);
            lua_remove(L, -2);
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_settable(L, self + 1);
        }
    }
    lua_settop(L, self + 1);
    lua_setfield(L, self, "params");
    lua_pushnumber(L, 10000);
    lua_setfield(L, self, "balance");
    static const luaL_Reg orders[] = {{"buy", host_order}, {"sell", host_order}, {NULL, NULL}};
    lua_pushvalue(L, self);
    luaL_setfuncs(L, orders, 0);
    lua_settop(L, self);
    if (callback(L, class, "valid", 1)) lua_pop(L, 1);
    callback(L, self, "init", 0);
    callback(L, self, "on_start", 0);
    for (candles_known = 1; candles_known <= candle_count; candles_known++) {
        callback(L, self, "on_candle", 0);
        if (callback(L, self, "should_long", 2)) {
            size_t length;
            const char *reason = lua_tolstring(L, -1, &length);
            if (reason) keep(reason, length);
            lua_settop(L, self);
            if (callback(L, self, "calculate_position_size", 1)) {
                double size = lua_tonumber(L, -1);
                if (!isfinite(size) || size > 1e12) fprintf(stdout, "DEFEATED order: the size is not an amount\n");
            }
        }
        lua_settop(L, self);
        save_state(L, self);
    }
    callback(L, self, "on_stop", 0);
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    lua_State *L = lua_newstate(allocate, NULL);
    open_host(L);
    lua_sethook(L, check_deadline, LUA_MASKCOUNT, hook_count);
    deadline = milliseconds() + deadline_ms;
    char chunk[4096];
    snprintf(chunk, sizeof chunk, "%s", arguments[1]);
    if (luaL_loadfilex(L, chunk, "t") != LUA_OK) {
        fprintf(stdout, "refused: %.200s\n", luaL_tolstring(L, -1, NULL));
        return 1;
    }
    if (enter(L, 0, 1)) {
        if (lua_istable(L, -1)) run_strategy(L, lua_gettop(L));
        lua_getglobal(L, "strategy");
    }
    lua_pushstring(L, "the host goes on");
    lua_close(L);
    fprintf(stdout, "closed\n");
    return 0;
}

// Source text: what is refused before the compiler sees it, and the reader that watches the clock.
#include "internal.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/// Bytes given to the compiler between two looks at the clock: it has no hooks.
enum { PIECE = 64 };

/// Wall time to compile one text; the largest that is accepted takes about 10 ms.
enum { COMPILE_NANOSECONDS = 300000000 };

/// Shapes that cost the compiler, or an error message, more than their length; far beyond written code.
enum { MAX_CHAIN = 100, MAX_NESTING = 180 };
enum { MAX_BRANCHES = 1000, MAX_JUMPS = 200, MAX_OPERATORS = 5000, MAX_BREAKS = 2000 };

typedef struct {
    const char *at, *end;
    int32_t line;
    int chain[MAX_NESTING + 2];    ///< field accesses in a row, per bracket level
    bool called[MAX_NESTING + 2];  ///< the bracket was opened as a call or an index
    int depth;
    int branches, jumps, operators, breaks;  ///< in the whole text
    char previous;  ///< kind of the token before: n name, ) closing, . dot, k keyword or operator
    ah_objection *objection;
} survey;

static bool object(survey *s, const char *text) {
    snprintf(s->objection->text, sizeof s->objection->text, "%s", text);
    s->objection->line = s->line;
    return false;
}

/// Length of the UTF-8 sequence at p, 0 when there is none.
static int sequence(const unsigned char *p, size_t left) {
    if (p[0] < 0x80) return 1;
    int length = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
    if (length == 0 || (size_t)length > left) return 0;
    for (int i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
    }
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
    if (p[0] == 0xED && p[1] > 0x9F) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
    return length;
}

/// Moves over one line end, which as in Lua is \n, \r, or both together.
static void skip_line_end(survey *s) {
    char first = *s->at++;
    if (s->at < s->end && (*s->at == '\n' || *s->at == '\r') && *s->at != first) s->at++;
    s->line++;
}

static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

static bool check_encoding(survey *s) {
    const char *p = s->at;
    while (p < s->end) {
        int length = sequence((const unsigned char *)p, (size_t)(s->end - p));
        if (length == 0) {
            char text[128];
            snprintf(text, sizeof text, "byte 0x%02X is not UTF-8", (unsigned char)*p);
            return object(s, text);
        }
        if (*p == 0) return object(s, "byte 0x00 is not text");
        if (*p == '\n' || (*p == '\r' && (p + 1 == s->end || p[1] != '\n'))) s->line++;
        p += length;
    }
    s->line = 1;
    return true;
}

/// Moves behind a long bracket when one begins at the cursor; answers false when none does.
static bool skip_long_bracket(survey *s) {
    const char *p = s->at + 1;
    while (p < s->end && *p == '=') p++;
    if (p >= s->end || *p != '[') return false;
    size_t level = (size_t)(p - s->at) - 1;
    for (p++; p < s->end; p++) {
        if (*p == '\n' || (*p == '\r' && (p + 1 == s->end || p[1] != '\n'))) s->line++;
        if (*p != ']') continue;
        const char *q = p + 1;
        while (q < s->end && *q == '=') q++;
        if ((size_t)(q - p) - 1 == level && q < s->end && *q == ']') {
            s->at = q + 1;
            return true;
        }
        p = q - 1;
    }
    s->at = s->end;
    return true;
}

static void skip_comment(survey *s) {
    s->at += 2;
    if (s->at < s->end && *s->at == '[' && skip_long_bracket(s)) return;
    while (s->at < s->end && !is_line_end(*s->at)) s->at++;
}

static void skip_quoted(survey *s) {
    char quote = *s->at++;
    while (s->at < s->end && *s->at != quote && !is_line_end(*s->at)) {
        char c = *s->at++;
        if (c != '\\' || s->at == s->end) continue;
        if (is_line_end(*s->at)) {
            skip_line_end(s);
        } else if (*s->at++ == 'z') {
            // \z swallows all white space that follows, line ends too.
            while (s->at < s->end && isspace((unsigned char)*s->at)) {
                if (is_line_end(*s->at)) {
                    skip_line_end(s);
                } else {
                    s->at++;
                }
            }
        }
    }
    if (s->at < s->end && *s->at == quote) s->at++;
}

static bool is_word(const char *p, size_t length, const char *word) {
    return strlen(word) == length && memcmp(p, word, length) == 0;
}

static bool is_keyword(const char *p, size_t n) {
    static const char *const words[] = {
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
        "not", "or", "repeat", "return", "then", "true", "until", "while", NULL,
    };
    for (int i = 0; words[i]; i++) {
        if (is_word(p, n, words[i])) return true;
    }
    return false;
}

static bool survey_word(survey *s) {
    const char *p = s->at;
    while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '_')) s->at++;
    size_t n = (size_t)(s->at - p);
    if (is_keyword(p, n)) {
        s->chain[s->depth] = 0;
        s->previous = 'k';
        if (is_word(p, n, "elseif") && ++s->branches > MAX_BRANCHES) return object(s, "too many branches (elseif)");
        if (is_word(p, n, "goto") && ++s->jumps > MAX_JUMPS) return object(s, "too many goto");
        if ((is_word(p, n, "or") || is_word(p, n, "and")) && ++s->operators > MAX_OPERATORS) {
            return object(s, "too many 'and' and 'or'");
        }
        if (is_word(p, n, "break") && ++s->breaks > MAX_BREAKS) return object(s, "too many breaks");
        return true;
    }
    if (s->previous == '.') {
        if (++s->chain[s->depth] > MAX_CHAIN) return object(s, "too many field accesses in a row");
    } else {
        s->chain[s->depth] = 0;
    }
    s->previous = 'n';
    return true;
}

static bool survey_bracket(survey *s, char c) {
    bool continues = s->previous == 'n' || s->previous == ')';
    if (c == '(' || c == '[' || c == '{') {
        if (s->depth >= MAX_NESTING) return object(s, "brackets nested too deeply");
        s->depth++;
        s->chain[s->depth] = 0;
        s->called[s->depth] = c == '(' && continues;
        s->previous = 'k';
        return true;
    }
    int inner = s->chain[s->depth];
    bool called = s->called[s->depth];
    if (s->depth > 0) s->depth--;
    if (c == ')') {
        // A call's result has no name; a group hands on the chain inside it.
        s->chain[s->depth] = called ? 0 : inner;
    } else if (c == ']') {
        if (++s->chain[s->depth] > MAX_CHAIN) return object(s, "too many field accesses in a row");
    } else {
        s->chain[s->depth] = 0;
    }
    s->previous = ')';
    return true;
}

static bool survey_token(survey *s) {
    char c = *s->at;
    if (isalpha((unsigned char)c) || c == '_') return survey_word(s);
    if (isdigit((unsigned char)c)) {
        while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '.')) s->at++;
        s->chain[s->depth] = 0;
        s->previous = 'k';
        return true;
    }
    if (c == '"' || c == '\'') {
        skip_quoted(s);
        s->previous = ')';
        s->chain[s->depth] = 0;
        return true;
    }
    if (c == '[' && skip_long_bracket(s)) {
        s->previous = ')';
        s->chain[s->depth] = 0;
        return true;
    }
    s->at++;
    if (strchr("()[]{}", c)) return survey_bracket(s, c);
    if (c == '.' && (s->at >= s->end || *s->at != '.')) {
        s->previous = '.';
        return true;
    }
    if (c == ':' && s->at < s->end && *s->at == ':') {
        s->at++;
        if (++s->jumps > 2 * MAX_JUMPS) return object(s, "too many labels");
    }
    while (c == '.' && s->at < s->end && *s->at == '.') s->at++;
    s->chain[s->depth] = 0;
    s->previous = c == ':' ? '.' : 'k';
    return true;
}

static bool survey_all(survey *s) {
    while (s->at < s->end) {
        char c = *s->at;
        if (is_line_end(c)) {
            skip_line_end(s);
        } else if (isspace((unsigned char)c)) {
            s->at++;
        } else if (c == '-' && s->at + 1 < s->end && s->at[1] == '-') {
            skip_comment(s);
        } else if (!survey_token(s)) {
            return false;
        }
    }
    return true;
}

bool ah_survey(const char *source, size_t length, size_t limit, ah_objection *objection) {
    survey s = {.at = source, .end = source + length, .line = 1, .previous = 'k', .objection = objection};
    if (length > limit) {
        char text[128];
        snprintf(text, sizeof text, "the source has %zu bytes, at most %zu are accepted", length, limit);
        s.line = 0;
        return object(&s, text);
    }
    if (length == 0) return object(&s, "the source is empty");
    if (source[0] == '\x1b') return object(&s, "compiled Lua is not accepted, only text");
    if (!check_encoding(&s)) return false;
    return survey_all(&s);
}

// MARK: compiling

typedef struct {
    ah_machine *m;
    const char *at, *end;
    int64_t started;
} reader;

static const char *read_piece(lua_State *L, void *data, size_t *size) {
    reader *r = data;
    ah_charge(L, r->m, PIECE);
    ah_check_clock(L, r->m);
    if (ah_coarse_now() - r->started > COMPILE_NANOSECONDS) {
        ah_kill(r->m, L, AH_TIME);
        ah_raise_kill(L);
    }
    size_t left = (size_t)(r->end - r->at);
    *size = left < PIECE ? left : PIECE;
    const char *piece = r->at;
    r->at += *size;
    return *size ? piece : NULL;
}

/// Skips a byte order mark and a first line that begins with #, whose line end stays.
static const char *text_start(const char *source, const char *end) {
    if (end - source >= 3 && memcmp(source, "\xEF\xBB\xBF", 3) == 0) source += 3;
    if (source < end && *source == '#') {
        while (source < end && *source != '\n') source++;
    }
    return source;
}

void ah_compile(lua_State *L, const char *source, size_t length, const char *name) {
    ah_machine *m = ah_of(L);
    ah_objection objection;
    reader r = {.m = m, .at = text_start(source, source + length), .end = source + length, .started = ah_coarse_now()};
    if (!ah_survey(r.at, (size_t)(r.end - r.at), m->limits.source_bytes, &objection)) {
        m->error.status = AH_SYNTAX;
        luaL_error(L, "%s:%d: %s", name, (int)objection.line, objection.text);
    }
    lua_pushfstring(L, "=%s", name);
    const char *chunk = lua_tostring(L, -1);
    int status = lua_load(L, read_piece, &r, chunk, "t");
    lua_remove(L, -2);
    if (status == LUA_OK) return;
    if (status == LUA_ERRMEM) ah_kill(m, L, AH_MEMORY);
    if (m->killed) ah_raise_kill(L);
    m->error.status = AH_SYNTAX;
    lua_error(L);
}

// Runs every script of the corpus against the bare interpreter and against naive.c, each in a child process with
// 2 s of CPU time and 1 GiB of address space, and prints the table of what happened (PROOF.md) on standard output.
// Usage: prove CORPUS NAIVE SCRATCH   (CORPUS: the folder of the families, SCRATCH: an empty folder)
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    cpu_seconds = 2,
    wall_seconds = 90,
    slow_milliseconds = 1000,
    address_space = 1 << 30,
    output_cap = 64 << 20,
    memory_kib = 128 << 10,
    script_cap = 4 << 20,
    scripts_max = 1024,
};

typedef struct {
    char name[160];
    char attack[240], outcome[240];
    int host_only, repeated;
} Script;

static char source[script_cap], built[script_cap];
static size_t built_length;

static void append(const char *text, size_t length) {
    if (built_length + length > sizeof built) {
        fprintf(stderr, "a script grows beyond %d bytes\n", script_cap);
        exit(2);
    }
    memcpy(built + built_length, text, length);
    built_length += length;
}

// `-- build: COUNT "TEXT"`: TEXT so many times, `%d` being the number of the copy and `\n` a line end.
static void append_copies(const char *line) {
    char *text;
    long copies = strtol(line, &text, 10);
    const char *start = strchr(text, '"') + 1;
    const char *end = strrchr(start, '"');
    for (long copy = 1; copy <= copies; copy++) {
        for (const char *at = start; at < end; at++) {
            char number[24];
            if (at[0] == '%' && at[1] == 'd') append(number, (size_t)sprintf(number, "%ld", copy)), at++;
            else if (at[0] == '\\' && at[1] == 'n') append("\n", 1), at++;
            else append(at, 1);
        }
    }
}

static void copy_rest(char *to, size_t room, const char *from) {
    snprintf(to, room, "%s", from);
}

// Reads the header comment, and leaves in `built` the bytes that the hosts are given.
static void read_script(const char *path, Script *script) {
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(source, 1, sizeof source - 1, file) : 0;
    if (file) fclose(file);
    source[length] = 0;
    built_length = 0;
    append(source, length);
    static char lines[script_cap];
    memcpy(lines, source, length + 1);
    int bytes_only = 0;
    for (char *rest = lines, *line; (line = strsep(&rest, "\n"));) {
        if (strncmp(line, "-- attack: ", 11) == 0) copy_rest(script->attack, sizeof script->attack, line + 11);
        if (strncmp(line, "-- without care: ", 17) == 0) copy_rest(script->outcome, sizeof script->outcome, line + 17);
        if (strncmp(line, "-- level: strategy", 18) == 0) script->host_only = 1;
        if (strncmp(line, "-- repeat: ", 11) == 0) script->repeated = 1;
        if (strncmp(line, "-- build: ", 10) == 0) append_copies(line + 10);
        if (strncmp(line, "-- bytes: ", 10) == 0) {
            if (!bytes_only) built_length = 0;
            bytes_only = 1;
            char *digits = line + 10, *end;
            for (long byte = strtol(digits, &end, 16); end != digits; byte = strtol(digits, &end, 16)) {
                char one = (char)byte;
                append(&one, 1);
                digits = end;
            }
        }
    }
}

static pid_t start(const char *host, const char *script, const char *output) {
    pid_t child = fork();
    if (child != 0) return child;
    struct rlimit cpu = {cpu_seconds, cpu_seconds + 1}, space = {address_space, address_space};
    struct rlimit size = {output_cap, output_cap}, core = {0, 0};
    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_AS, &space);
    setrlimit(RLIMIT_FSIZE, &size);
    setrlimit(RLIMIT_CORE, &core);
    alarm(wall_seconds);
    setenv("MALLOC_PERTURB_", "165", 1);  // freed memory is overwritten, so that its use shows
    int file = open(output, O_CREAT | O_TRUNC | O_WRONLY, 0600), nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(file, 1);
    dup2(nothing, 2);
    if (host) execl(host, host, script, (char *)NULL);
    else execlp("lua5.4", "lua5.4", "-e", "io.stdout:setvbuf('line')", script, (char *)NULL);
    _exit(127);
}

static char *read_output(const char *path) {
    static char text[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file) fclose(file);
    text[length] = 0;
    return text;
}

// What the host suffered, in one word; "withstands" when nothing happened.
static void judge(pid_t child, const char *output, char *verdict) {
    int status;
    struct rusage usage;
    wait4(child, &status, 0, &usage);
    long cpu = usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 + usage.ru_stime.tv_sec * 1000 +
               usage.ru_stime.tv_usec / 1000;
    char *report = strstr(read_output(output), "DEFEATED ");
    strcpy(verdict, "withstands");
    if (WIFSIGNALED(status)) {
        int signal = WTERMSIG(status);
        int late = signal == SIGXCPU || signal == SIGKILL || signal == SIGALRM;
        strcpy(verdict, late ? "hang" : signal == SIGXFSZ ? "flood" : "crash");
    } else if (report) {
        sscanf(report, "DEFEATED %15[a-z]", verdict);
    } else if (cpu > slow_milliseconds) {
        strcpy(verdict, "hang");
    } else if (usage.ru_maxrss > memory_kib) {
        strcpy(verdict, "memory");
    }
    if (getenv("PROVE_VERBOSE"))
        fprintf(stderr, "  cpu %ld ms, %ld KiB, status %x, %s: %.160s\n", cpu, usage.ru_maxrss, status, verdict,
                read_output(output));
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int list(const char *folder, char **names) {
    DIR *open_folder = opendir(folder);
    int count = 0;
    for (struct dirent *entry; open_folder && (entry = readdir(open_folder));)
        if (entry->d_name[0] != '.' && count < scripts_max) names[count++] = strdup(entry->d_name);
    if (open_folder) closedir(open_folder);
    qsort(names, (size_t)count, sizeof *names, by_name);
    return count;
}

int main(int count, char **arguments) {
    if (count < 4) return 2;
    const char *only = count > 4 ? arguments[4] : "";
    char *families[scripts_max], *names[scripts_max], path[1024], script_path[1024], outputs[2][1024];
    snprintf(outputs[0], sizeof outputs[0], "%s/bare.txt", arguments[3]);
    snprintf(outputs[1], sizeof outputs[1], "%s/naive.txt", arguments[3]);
    snprintf(script_path, sizeof script_path, "%s/script.lua", arguments[3]);
    int all = 0, defeating = 0, defeating_naive = 0;
    int family_count = list(arguments[1], families);
    printf("# What the hostile scripts do to a host without care\n\n");
    printf("Made by `Tests/LuaRuntimeTests/Hostile/proof/run`; run it again to check. *Bare* is the stock `lua5.4`; "
           "*naive* is `proof/naive.c`:\nan allocator cap of 32 MiB, a count hook with a deadline of 250 ms that "
           "raises, text only, without io, os, debug, package, load.\nEach run has %d s of CPU time and 1 GiB of "
           "address space. *hang*: more than %d ms of CPU time; *memory*: more than 128 MiB;\n*crash*: ended by a "
           "signal; *escape*, *leak*, *poison*, *swallow*, *order*: the script shows that it got what it wanted.\n"
           "A script that neither host minds is a plain misuse, kept as a test and not counted as an attack.\n\n",
           cpu_seconds, slow_milliseconds);
    printf("| script | bare | naive | counts | attack |\n|---|---|---|---|---|\n");
    for (int f = 0; f < family_count; f++) {
        snprintf(path, sizeof path, "%s/%s", arguments[1], families[f]);
        struct stat kind;
        if (strcmp(families[f], "proof") == 0 || stat(path, &kind) != 0 || !S_ISDIR(kind.st_mode)) continue;
        int script_count = list(path, names);
        for (int n = 0; n < script_count; n++) {
            Script script = {0};
            snprintf(script.name, sizeof script.name, "%.60s/%.90s", families[f], names[n]);
            if (!strstr(script.name, only)) continue;
            snprintf(path, sizeof path, "%s/%s", arguments[1], script.name);
            read_script(path, &script);
            FILE *file = fopen(script_path, "wb");
            fwrite(built, 1, built_length, file);
            fclose(file);
            char bare[32] = "-", naive[32], again[32];
            pid_t first = script.host_only ? 0 : start(NULL, script_path, outputs[0]);
            judge(start(arguments[2], script_path, outputs[1]), outputs[1], naive);
            if (first) judge(first, outputs[0], bare);
            if (script.repeated && strcmp(naive, "withstands") == 0) {
                char *before = strdup(read_output(outputs[1]));
                for (int run = 0; run < 4 && strcmp(naive, "withstands") == 0; run++) {
                    judge(start(arguments[2], script_path, outputs[1]), outputs[1], again);
                    if (strcmp(before, read_output(outputs[1])) != 0) strcpy(naive, "leak");
                }
                free(before);
            }
            int beats_naive = strcmp(naive, "withstands") != 0;
            int beats_bare = strcmp(bare, "withstands") != 0 && strcmp(bare, "-") != 0;
            all++, defeating += beats_naive || beats_bare, defeating_naive += beats_naive;
            printf("| %s | %s | %s | %s | %s |\n", script.name, bare, naive,
                   beats_naive || beats_bare ? "yes" : "misuse", script.attack);
            fflush(stdout);
        }
    }
    printf("\n%d scripts: %d attacks (%d of them against the naive host), %d cases of misuse.\n", all, defeating,
           defeating_naive, all - defeating);
    return 0;
}

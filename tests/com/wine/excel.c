/* Excel's side of a function call, without Excel: what the VBA of a workbook does through xlwings' own DLL.
 *
 *   excel.exe DLL PYTHON WORKBOOK      loads the DLL, lets it start Python's COM server, then obeys stdin
 *
 * One command a line, parts separated by tabs, UTF-8, \t \n \r \\ escaped:
 *   CALL module function n value...    answered by  OK microseconds value  |  EXC microseconds description  |  HR microseconds code
 *   QUIT
 * Values: N (empty), M (missing argument), R8 x, S text, B 0|1, D serial, CY x, E code, A rows columns cells... (an array),
 * RNG rows columns cells... (a cell reference, whose values Python has to fetch). */
#define COBJMACROS
#define CINTERFACE
#define INITGUID
#define _WIN32_WINNT 0x0601
#include <windows.h>
#include <ole2.h>
#include <oaidl.h>
#include <stdio.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>

enum { RANGE, LINES, SHEET, SHEETS, BOOK, APP, KINDS };     /* LINES: Range.Rows and Range.Columns, which are only counted */

typedef struct {
    IDispatchVtbl *methods;
    LONG references;
    int kind, rows, columns;
    VARIANT value;
} Object;

typedef struct {
    IEnumVARIANTVtbl *methods;
    int given;
} Enumerator;

typedef HRESULT(WINAPI *Activate)(VARIANT *, const char *, int);

static ITypeInfo *types[KINDS];
static WCHAR book_name[2048];
static char server_command[8192];
static Activate activate;
static const GUID no_interface;

static Object *new_object(int kind);

/* ---- the objects that Python may look at ---- */

static HRESULT WINAPI query(IDispatch *self, REFIID id, void **out)
{
    if (!IsEqualIID(id, &IID_IUnknown) && !IsEqualIID(id, &IID_IDispatch)) { *out = NULL; return E_NOINTERFACE; }
    *out = self;
    IDispatch_AddRef(self);
    return S_OK;
}

static ULONG WINAPI add_reference(IDispatch *self) { return InterlockedIncrement(&((Object *)self)->references); }

static ULONG WINAPI release(IDispatch *self)
{
    LONG left = InterlockedDecrement(&((Object *)self)->references);
    if (!left) { VariantClear(&((Object *)self)->value); free(self); }
    return left;
}

static HRESULT WINAPI type_count(IDispatch *self, UINT *count) { *count = 1; return S_OK; }

static HRESULT WINAPI type_info(IDispatch *self, UINT index, LCID locale, ITypeInfo **out)
{
    *out = types[((Object *)self)->kind];
    ITypeInfo_AddRef(*out);
    return S_OK;
}

static HRESULT WINAPI ids_of_names(IDispatch *self, REFIID id, LPOLESTR *names, UINT count, LCID locale, DISPID *out)
{
    return ITypeInfo_GetIDsOfNames(types[((Object *)self)->kind], names, count, out);
}

/* Enumerating the sheets: there is one. */
static HRESULT WINAPI enum_query(IEnumVARIANT *self, REFIID id, void **out)
{
    *out = IsEqualIID(id, &IID_IUnknown) || IsEqualIID(id, &IID_IEnumVARIANT) ? self : NULL;
    return *out ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI enum_reference(IEnumVARIANT *self) { return 1; }
static HRESULT WINAPI enum_skip(IEnumVARIANT *self, ULONG count) { return S_FALSE; }
static HRESULT WINAPI enum_reset(IEnumVARIANT *self) { ((Enumerator *)self)->given = 0; return S_OK; }
static HRESULT WINAPI enum_clone(IEnumVARIANT *self, IEnumVARIANT **out) { return E_NOTIMPL; }

static HRESULT WINAPI enum_next(IEnumVARIANT *self, ULONG count, VARIANT *out, ULONG *fetched)
{
    Enumerator *sheets = (Enumerator *)self;
    ULONG given = 0;
    if (count && !sheets->given++) {
        V_VT(out) = VT_DISPATCH;
        V_DISPATCH(out) = (IDispatch *)new_object(SHEET);
        given = 1;
    }
    if (fetched) *fetched = given;
    return given == count ? S_OK : S_FALSE;
}

static IEnumVARIANTVtbl enum_methods = {enum_query, enum_reference, enum_reference, enum_next, enum_skip, enum_reset, enum_clone};

static HRESULT give_object(VARIANT *out, int kind, int rows)
{
    Object *object = new_object(kind);
    object->rows = rows;
    V_VT(out) = VT_DISPATCH;
    V_DISPATCH(out) = (IDispatch *)object;
    return S_OK;
}

static HRESULT give_number(VARIANT *out, int number) { V_VT(out) = VT_I4; V_I4(out) = number; return S_OK; }
static HRESULT give_text(VARIANT *out, const WCHAR *text) { V_VT(out) = VT_BSTR; V_BSTR(out) = SysAllocString(text); return S_OK; }

static HRESULT give_sheets(VARIANT *out)
{
    Enumerator *sheets = calloc(1, sizeof *sheets);
    sheets->methods = &enum_methods;
    V_VT(out) = VT_UNKNOWN;
    V_UNKNOWN(out) = (IUnknown *)sheets;
    return S_OK;
}

static HRESULT WINAPI invoke(IDispatch *self, DISPID id, REFIID reserved, LCID locale, WORD flags, DISPPARAMS *arguments, VARIANT *out,
                             EXCEPINFO *error, UINT *wrong_argument)
{
    Object *object = (Object *)self;
    VARIANT unwanted;
    WCHAR *slash;
    if (!out) out = &unwanted;
    VariantInit(out);
    switch (object->kind) {
    case RANGE:
        switch (id) {
        case 6: case 1388: return VariantCopy(out, &object->value);
        case 236: return give_text(out, L"$A$1");
        case 118: return give_number(out, object->rows * object->columns);
        case 257: case 240: return give_number(out, 1);
        case 258: return give_object(out, LINES, object->rows);
        case 241: return give_object(out, LINES, object->columns);
        case 348: return give_object(out, SHEET, 1);
        }
        break;
    case LINES:
        if (id == 118) return give_number(out, object->rows);
        break;
    case SHEET:
        if (id == 110) return give_text(out, L"Sheet1");
        if (id == 150) return give_object(out, BOOK, 1);
        break;
    case SHEETS:
        if (id == 118) return give_number(out, 1);
        if (id == 0) return give_object(out, SHEET, 1);
        if (id == -4) return give_sheets(out);
        break;
    case BOOK:
        if (id == 110) { slash = wcsrchr(book_name, '\\'); return give_text(out, slash ? slash + 1 : book_name); }
        if (id == 289) return give_text(out, book_name);
        if (id == 494 || id == 485) return give_object(out, SHEETS, 1);
        if (id == 148) return give_object(out, APP, 1);
        break;
    case APP:
        if (id == 110) return give_text(out, L"Microsoft Excel");
        if (id == 392) return give_text(out, L"16.0");
        if (id == 1952) return give_number(out, 0);
        break;
    }
    return DISP_E_MEMBERNOTFOUND;
}

static IDispatchVtbl methods = {query, add_reference, release, type_count, type_info, ids_of_names, invoke};

static Object *new_object(int kind)
{
    Object *object = calloc(1, sizeof *object);
    object->methods = &methods;
    object->references = object->rows = object->columns = 1;
    object->kind = kind;
    return object;
}

/* ---- values, in and out ---- */

static char *rest;      /* of the command that is being read */

static char *part(void)
{
    if (!rest) return "";
    char *start = rest, *tab = strchr(rest, '\t'), *from, *to;
    rest = tab ? tab + 1 : NULL;
    if (tab) *tab = 0;
    for (from = to = start; *from; from++) {
        if (*from == '\\' && from[1]) { from++; *to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from == 'r' ? '\r' : *from; }
        else *to++ = *from;
    }
    *to = 0;
    return start;
}

static BSTR wide(const char *text)
{
    int length = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    BSTR out = SysAllocStringLen(NULL, length - 1);
    MultiByteToWideChar(CP_UTF8, 0, text, -1, out, length);
    return out;
}

static void read_value(VARIANT *out);

static void read_array(VARIANT *out, int rows, int columns)
{
    SAFEARRAYBOUND bounds[2] = {{rows, 1}, {columns, 1}};
    VARIANT *cells;
    V_VT(out) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(out) = SafeArrayCreate(VT_VARIANT, 2, bounds);
    SafeArrayAccessData(V_ARRAY(out), (void **)&cells);
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) read_value(cells + (size_t)column * rows + row);
    SafeArrayUnaccessData(V_ARRAY(out));
}

static void read_range(VARIANT *out, int rows, int columns)
{
    Object *range = new_object(RANGE);
    range->rows = rows;
    range->columns = columns;
    if (rows * columns == 1) read_value(&range->value);     /* one cell's Value is no array */
    else read_array(&range->value, rows, columns);
    V_VT(out) = VT_DISPATCH;
    V_DISPATCH(out) = (IDispatch *)range;
}

static void read_value(VARIANT *out)
{
    char *kind = part();
    int rows;
    VariantInit(out);
    if (!strcmp(kind, "R8")) { V_VT(out) = VT_R8; V_R8(out) = atof(part()); }
    else if (!strcmp(kind, "S")) { V_VT(out) = VT_BSTR; V_BSTR(out) = wide(part()); }
    else if (!strcmp(kind, "B")) { V_VT(out) = VT_BOOL; V_BOOL(out) = atoi(part()) ? VARIANT_TRUE : VARIANT_FALSE; }
    else if (!strcmp(kind, "D")) { V_VT(out) = VT_DATE; V_DATE(out) = atof(part()); }
    else if (!strcmp(kind, "CY")) { V_VT(out) = VT_CY; VarCyFromR8(atof(part()), &V_CY(out)); }
    else if (!strcmp(kind, "E")) { V_VT(out) = VT_ERROR; V_ERROR(out) = 0x800A0000 | atoi(part()); }
    else if (!strcmp(kind, "M")) { V_VT(out) = VT_ERROR; V_ERROR(out) = DISP_E_PARAMNOTFOUND; }
    else if (!strcmp(kind, "A")) { rows = atoi(part()); read_array(out, rows, atoi(part())); }
    else if (!strcmp(kind, "RNG")) { rows = atoi(part()); read_range(out, rows, atoi(part())); }
}

static void write_text(const WCHAR *text)
{
    if (!text) return;
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *bytes = malloc(size);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, size, NULL, NULL);
    for (char *at = bytes; *at; at++) {
        if (*at == '\n') fputs("\\n", stdout);
        else if (*at == '\t') fputs("\\t", stdout);
        else if (*at == '\r') fputs("\\r", stdout);
        else if (*at == '\\') fputs("\\\\", stdout);
        else putchar(*at);
    }
    free(bytes);
}

static void write_value(VARIANT *value);

static void write_array(SAFEARRAY *array)
{
    LONG low, high, low2 = 0, high2 = 0;
    VARIANT *cells;
    UINT dimensions = SafeArrayGetDim(array);
    SafeArrayGetLBound(array, 1, &low);
    SafeArrayGetUBound(array, 1, &high);
    if (dimensions == 2) { SafeArrayGetLBound(array, 2, &low2); SafeArrayGetUBound(array, 2, &high2); }
    size_t rows = high - low + 1, columns = high2 - low2 + 1;
    if (dimensions == 2) printf("A\t%lu\t%lu", (unsigned long)rows, (unsigned long)columns);
    else printf("A1\t%lu", (unsigned long)rows);
    SafeArrayAccessData(array, (void **)&cells);
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++) { putchar('\t'); write_value(cells + column * rows + row); }
    SafeArrayUnaccessData(array);
}

static void write_value(VARIANT *value)
{
    switch (V_VT(value)) {
    case VT_EMPTY: printf("N"); return;
    case VT_R8: printf("R8\t%.17g", V_R8(value)); return;
    case VT_I4: printf("I4\t%ld", (long)V_I4(value)); return;
    case VT_BSTR: printf("S\t"); write_text(V_BSTR(value)); return;
    case VT_BOOL: printf("B\t%d", V_BOOL(value) ? 1 : 0); return;
    case VT_DATE: printf("D\t%.17g", V_DATE(value)); return;
    case VT_ARRAY | VT_VARIANT: write_array(V_ARRAY(value)); return;
    }
    printf("VT%x", V_VT(value));
}

/* ---- calls ---- */

static double microseconds(void)
{
    LARGE_INTEGER ticks, frequency;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&frequency);
    return ticks.QuadPart * 1e6 / frequency.QuadPart;
}

static HRESULT call_udf(BSTR module, BSTR function, SAFEARRAY *arguments, VARIANT *result, EXCEPINFO *error)
{
    VARIANT server, given[5];       /* in reverse: caller, workbook, arguments, function, module */
    OLECHAR *name = L"CallUDF";
    DISPID id;
    UINT wrong_argument;
    VariantInit(&server);
    HRESULT code = activate(&server, server_command, 1);        /* the VBA asks for the server at every call, too */
    if (FAILED(code)) return code;
    give_object(&given[0], RANGE, 1);
    give_object(&given[1], BOOK, 1);
    V_VT(&given[2]) = VT_ARRAY | VT_VARIANT; V_ARRAY(&given[2]) = arguments;
    V_VT(&given[3]) = VT_BSTR; V_BSTR(&given[3]) = function;
    V_VT(&given[4]) = VT_BSTR; V_BSTR(&given[4]) = module;
    DISPPARAMS parameters = {given, NULL, 5, 0};
    code = IDispatch_GetIDsOfNames(V_DISPATCH(&server), &no_interface, &name, 1, LOCALE_USER_DEFAULT, &id);
    if (SUCCEEDED(code))
        code = IDispatch_Invoke(V_DISPATCH(&server), id, &no_interface, LOCALE_USER_DEFAULT, DISPATCH_METHOD | DISPATCH_PROPERTYGET, &parameters,
                                result, error, &wrong_argument);
    VariantClear(&given[0]);
    VariantClear(&given[1]);
    VariantClear(&server);
    return code;
}

static void obey_call(void)
{
    BSTR module = wide(part()), function = wide(part());
    int count = atoi(part());
    SAFEARRAY *arguments = SafeArrayCreateVector(VT_VARIANT, 0, count);
    VARIANT *values, result;
    EXCEPINFO error;
    memset(&error, 0, sizeof error);
    VariantInit(&result);
    SafeArrayAccessData(arguments, (void **)&values);
    for (int at = 0; at < count; at++) read_value(values + at);
    SafeArrayUnaccessData(arguments);
    double start = microseconds();
    HRESULT code = call_udf(module, function, arguments, &result, &error);
    double taken = microseconds() - start;
    if (code == DISP_E_EXCEPTION) {
        if (error.pfnDeferredFillIn) error.pfnDeferredFillIn(&error);
        printf("EXC\t%.0f\t", taken);
        write_text(error.bstrDescription);
    } else if (FAILED(code)) printf("HR\t%.0f\t%08lx", taken, (long)code);
    else { printf("OK\t%.0f\t", taken); write_value(&result); }
    printf("\n");
    fflush(stdout);
    VariantClear(&result);
    SafeArrayDestroy(arguments);
    SysFreeString(module);
    SysFreeString(function);
}

static char *read_line(void)
{
    static size_t room = 1 << 20;
    static char *line;
    size_t length = 0;
    int byte;
    if (!line) line = malloc(room);
    while ((byte = getchar()) != EOF && byte != '\n') {
        if (length + 2 > room) line = realloc(line, room *= 2);
        line[length++] = byte;
    }
    while (length && line[length - 1] == '\r') length--;
    line[length] = 0;
    return byte == EOF && !length ? NULL : line;
}

static void start_server(const char *python, const char *book)
{
    char escaped[4096], *to = escaped;
    for (const char *from = book; *from && to < escaped + sizeof escaped - 2; from++) {
        if (*from == '\\' || *from == '\'') *to++ = '\\';
        *to++ = *from;
    }
    *to = 0;
    /* as XLPyCommand() in xlwings.bas writes it */
    snprintf(server_command, sizeof server_command,
             "cmd.exe  /K \"\"%s\" -B -c \"import sys, os;import xlwings.utils;xlwings.utils.prepare_sys_path(\\\"true;%s;%s;;;;\\\");"
             "import xlwings; xlwings.serve('$(CLSID)')\"\"", python, escaped, escaped);
}

int main(int count, char **given)
{
    const GUID *ids[KINDS] = {&(GUID){0x00020846, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}}, &(GUID){0x00020846, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}},
                              &(GUID){0x000208D8, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}}, &(GUID){0x000208D7, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}},
                              &(GUID){0x000208DA, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}}, &(GUID){0x000208D5, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}}};
    WCHAR library_name[MAX_PATH];
    ITypeLib *library;
    VARIANT server;
    char *line;
    if (count < 4) { fprintf(stderr, "usage: excel.exe DLL PYTHON WORKBOOK\n"); return 2; }
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    _setmode(0, _O_BINARY);
    _setmode(1, _O_BINARY);
    OleInitialize(NULL);        /* a single-threaded apartment, as Excel's main thread is */
    GetModuleFileNameW(0, library_name, MAX_PATH);
    wcscpy(wcsrchr(library_name, '\\') + 1, L"excel.tlb");
    HRESULT code = LoadTypeLibEx(library_name, REGKIND_REGISTER, &library);
    for (int kind = 0; SUCCEEDED(code) && kind < KINDS; kind++) code = ITypeLib_GetTypeInfoOfGuid(library, ids[kind], &types[kind]);
    if (FAILED(code)) { printf("FATAL type library %08lx\n", (long)code); return 1; }
    MultiByteToWideChar(CP_UTF8, 0, given[3], -1, book_name, 2048);
    HMODULE dll = LoadLibraryA(given[1]);
    activate = dll ? (Activate)(void *)GetProcAddress(dll, "XLPyDLLActivateAuto") : NULL;
    if (!activate) { printf("FATAL no XLPyDLLActivateAuto in %s\n", given[1]); return 1; }
    start_server(given[2], given[3]);
    VariantInit(&server);
    code = activate(&server, server_command, 1);
    if (FAILED(code)) { printf("FATAL no server %08lx ", (long)code); if (V_VT(&server) == VT_BSTR) write_text(V_BSTR(&server)); printf("\n"); return 1; }
    VariantClear(&server);
    printf("READY\n");
    fflush(stdout);
    while ((line = read_line())) {
        rest = line;
        char *command = part();
        if (!strcmp(command, "QUIT")) break;
        if (!strcmp(command, "CALL")) obey_call();
        else if (*command) { printf("FATAL bad command\n"); fflush(stdout); }
    }
    activate(&server, server_command, -1);      /* what closing Excel does to the server */
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

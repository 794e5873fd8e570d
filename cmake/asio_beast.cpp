// The compiled parts of Asio and Beast, see BOOST_ASIO_SEPARATE_COMPILATION in Asio's "Using Asio".

#include <netdb.h>

// The program uses addresses and never host names. glibc's getaddrinfo loads shared libraries at run time, which a
// static program cannot do. So ld warns about every use, even in a function that is never called. This macro replaces
// the call and renames Asio's wrapper of the same name, so that code that resolves names does not link.
extern "C" inline int reaper_no_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) { return EAI_FAIL; }
#define getaddrinfo reaper_no_getaddrinfo

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>

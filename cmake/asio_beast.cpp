// The compiled parts of Asio and Beast, see BOOST_ASIO_SEPARATE_COMPILATION in Asio's "Using Asio".

#include <netdb.h>

// The program knows addresses, never names of hosts. glibc's getaddrinfo loads shared libraries at run time, which a
// static program has not, so that ld warns of every mention of it, even in a function that nobody calls. Asio's wrapper
// is left out under its own name: whoever begins to resolve names is told by the linker.
extern "C" inline int reaper_no_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) { return EAI_FAIL; }
#define getaddrinfo reaper_no_getaddrinfo

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>

// The compiled parts of Asio and Beast, see BOOST_ASIO_SEPARATE_COMPILATION in Asio's "Using Asio".
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>

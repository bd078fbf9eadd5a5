# Prints the settings of JSON files, the later before the earlier, as the property list that SOGo reads.
use strict;
use warnings;
use JSON::PP;

sub quoted { my ($text) = @_; $text =~ s/([\\"])/\\$1/g; return "\"$text\""; }

sub property_list {
    my ($value) = @_;
    return '{ ' . join('', map { quoted($_) . ' = ' . property_list($value->{$_}) . '; ' } sort keys %$value) . '}' if ref $value eq 'HASH';
    return '( ' . join(', ', map { property_list($_) } @$value) . ' )' if ref $value eq 'ARRAY';
    return $value ? 'YES' : 'NO' if JSON::PP::is_bool($value);
    return quoted($value);
}

my %settings;
local $/;
while (my $text = <>) { %settings = (%settings, %{ JSON::PP->new->decode($text) }); }
print property_list(\%settings), "\n";

"""The components that come with the room; importing this package registers them."""

from onething.review.contrib import articles as articles
from onething.review.contrib import names as names
from onething.review.contrib import people as people
from onething.review.contrib import premises as premises
from onething.review.contrib import scopes as scopes

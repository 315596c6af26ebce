"""What of money only the operator of the machine may do: no official has it, and nobody through a page."""

from onething.core.rights.service import NOBODY, Reach, act

RESOLVE = act("payments.suspense.resolve", "处理对账挂账", "settle a line in suspense", Reach.INSTALLATION, NOBODY)
APPROPRIATE = act("payments.purse.appropriate", "拨入资金", "put money into a purse", Reach.INSTALLATION, NOBODY)

ACTS = (RESOLVE, APPROPRIATE)

// Euros as the site writes them.

const format = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });

/** "€1,900" */
export const euros = (amount) => format.format(amount);

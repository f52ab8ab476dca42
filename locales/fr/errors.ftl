### Ce qui est dit quand une chose n’est pas possible ou s’est mal passée.

# $error_id : le numéro par lequel le distributeur la retrouve
error-unexpected =
    Un problème est survenu de notre côté. Votre argent et vos commandes sont en sécurité.
    Réessayez dans un instant ; si cela se reproduit, donnez-nous ce numéro : { $error_id }
# $link : la discussion privée du bot
private-chat-only = Je ne travaille qu’en discussion privée : { $link }
not-understood = Je n’ai pas compris. Envoyez /buy pour acheter des cartes, ou /help.
unknown-command = Je ne connais pas cette commande. Envoyez /help pour voir ce que je sais faire.
not-allowed = Vous ne pouvez pas faire cela.
access-needed = Ce bot est réservé aux boutiques inscrites. Envoyez /start pour demander l’accès.
agent-suspended = Votre boutique est suspendue. Contactez { $support }

## Messages au-dessus d’un bouton (200 caractères au plus). Texte simple.

toast-working = Un instant…
toast-not-allowed = Vous ne pouvez pas faire cela.
toast-not-yours = Ce bouton appartient à quelqu’un d’autre.
toast-old-button = Ce bouton n’est plus valable. Envoyez /buy pour recommencer.
toast-error = Un problème est survenu. Réessayez dans un instant.

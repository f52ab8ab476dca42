### Ce que toute la conversation partage : langues, boutons, commandes, aide.
### Les marques, les /commandes et les @noms restent tels quels. Un code de carte n’est jamais écrit ici.

## Langue

language-name = Français
language-question = Choisissez votre langue.
language-changed = Désormais, je vous parle en français.

## Boutons. Texte simple : pas de balises.

button-back = ↩️ Retour
button-cancel = ✖️ Annuler
# Les flèches suivent le sens de lecture.
button-previous = ◀
button-next = ▶
# $page (nombre) sur $pages (nombre)
button-page = { $page }/{ $pages }

## Les premiers mots, et l’accès

welcome = Bienvenue, <b>{ $shop }</b>. Envoyez /buy pour acheter des cartes, /wallet pour voir votre solde, /help pour le reste.
welcome-admin = Vous êtes administrateur ici. Envoyez /help pour voir vos commandes, ou appuyez sur le bouton du menu.
access-offer = Ce bot vend des cartes cadeaux aux boutiques inscrites. Appuyez sur le bouton pour demander l’accès : l’équipe du distributeur décide, et la réponse arrive ici.
access-asked = Votre demande a été transmise à l’équipe du distributeur. La réponse arrivera ici.
access-approved = ✅ <b>Vous avez accès.</b> Envoyez /buy pour acheter des cartes, /wallet pour voir votre solde, /help pour voir comment ça marche.
access-declined = Votre demande a été refusée. Une question ? { $support }
button-access = 🙋 Demander l’accès
# Remplace $support quand le distributeur n’a pas donné de contact
support-unknown = Demandez à la personne qui vous a donné ce bot.

## Quitter une question

cancelled = C’est annulé. Envoyez /buy quand vous voulez acheter.
nothing-to-cancel = Il n’y a rien à annuler.

## Aide. $support : comment joindre le distributeur

help =
    <b>Comment ça marche</b>
    Envoyez /buy, choisissez le produit, le type et la quantité, puis confirmez.
    Les codes des cartes arrivent ici, dans cette discussion.

    /buy — acheter des cartes
    /orders — vos commandes, et leurs codes à nouveau
    /wallet — votre solde et vos derniers mouvements
    /language — changer de langue
    /cancel — quitter l’étape en cours

    Les commandes sont définitives : vérifiez le produit avant de confirmer.
    N’achetez jamais une seconde fois parce qu’une commande tarde : elle est suivie jusqu’au bout, et ce qui n’est pas livré n’est pas débité.

    Une question ? { $support }
help-admin =
    <b>Pour les administrateurs</b>
    <b>Boutiques</b> : /agents, /agent, /suspend, /reinstate
    <b>Argent</b> : /topup, /adjust, /limit, /margin, /rate
    <b>Commandes</b> : /sales, /order, /resolve, /adopt
    <b>Vente</b> : /provider, /pause, /resume, /health
    <b>Rapports</b> : /export

    Une commande envoyée seule explique comment l’utiliser.

## La page du bot dans Telegram (512 et 120 caractères au plus). Texte simple.

bot-description =
    Des cartes cadeaux pour les boutiques : choisissez le produit, le type et la quantité, confirmez, et les codes arrivent dans cette discussion un instant plus tard.

    Votre solde, vos commandes et vos codes restent ici, à portée de main.

    Appuyez sur Démarrer pour demander l’accès.
bot-short-description = Des cartes cadeaux pour les boutiques : les codes arrivent dans la discussion.

## Menus des commandes (256 caractères au plus). Texte simple.

command-start = Démarrer
command-buy = Acheter des cartes
command-orders = Mes commandes et leurs codes
command-wallet = Mon solde et mes mouvements
command-language = Changer de langue
command-help = Aide et contact
command-cancel = Quitter l’étape en cours
command-agents = Toutes les boutiques
command-agent = Une boutique : solde, membres, commandes
command-topup = Recharger le solde d’une boutique
command-adjust = Corriger le solde d’une boutique, avec un motif
command-limit = Plafond de crédit d’une boutique
command-margin = Marge, pour toutes ou pour une boutique
command-rate = Taux de la devise d’un fournisseur
command-suspend = Suspendre une boutique
command-reinstate = Rétablir une boutique suspendue
command-sales = Ventes : aujourd’hui, 7 et 30 jours
command-order = Une commande en détail
command-resolve = Régler une commande bloquée
command-adopt = Rattacher une commande trouvée chez le fournisseur
command-provider = Fournisseur : solde, état, catalogue
command-pause = Arrêter la vente
command-resume = Reprendre la vente
command-export = Export pour le vérificateur
command-health = État du bot

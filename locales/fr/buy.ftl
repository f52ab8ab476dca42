### L’achat : des catégories au bouton de confirmation.
### Les noms des catégories, des produits et des types sont ceux du fournisseur.

buy-categories =
    <b>Que voulez-vous acheter ?</b>
    Choisissez une catégorie.
buy-favourites = ⭐ En premier, ce que vous achetez le plus.
buy-nothing = Rien n’est en vente pour le moment. Réessayez plus tard.
buy-products =
    <b>{ $category }</b>
    Choisissez un produit.
buy-no-products =
    <b>{ $category }</b>
    Rien n’est en vente ici pour le moment.
# Les pays d’une catégorie ; $category : son nom
buy-countries =
    <b>{ $category }</b>
    Dans quel pays la carte s’utilise-t-elle ?
buy-products-of =
    <b>{ $category }</b> : { $country }
    Choisissez un produit.
# Remplace $country et $name quand le fournisseur n’indique aucun pays
country-none = Pays non précisé
buy-types =
    <b>{ $product }</b>
    Choisissez un type.
buy-no-types =
    <b>{ $product }</b>
    Rien n’est en vente ici pour le moment.
# $price : d’une carte ; $most : la plus grande quantité possible maintenant
buy-quantity =
    <b>{ $product }</b>
    { $type } — { $price } la carte

    { $most ->
        [one] Combien ? Une seule carte peut être commandée maintenant.
       *[other] Combien ? Choisissez, ou envoyez un nombre de 1 à { $most }.
    }

## Ce que certains produits demandent, ou ce qu’il faut en savoir

# Une carte de montant libre. $least, $most, $step : montants avec leur devise (25 USD)
buy-amount =
    <b>{ $product }</b>
    Quel montant ? Envoyez un nombre, de { $least } à { $most }.
buy-amount-steps = Par pas de { $step }.
buy-amount-whole = Montants entiers seulement.
buy-phone =
    <b>Le numéro de téléphone du destinataire</b>
    Le fournisseur le demande pour cette carte. Envoyez-le avec l’indicatif du pays, comme { $example } ; un numéro algérien peut commencer par 0.
# $phone : le numéro tapé, en entier
buy-recipient = 📱 Pour le { $phone } : vérifiez le numéro.
buy-delayed = 🕓 Ces cartes arrivent en quelques jours, pas tout de suite.

## L’écran de confirmation

buy-confirm =
    <b>Vérifiez votre commande</b>
    { $product }
    { $type } × { $quantity }
# Sous ce qui est acheté, et pour qui. $before, $after : le solde maintenant, et après la commande
buy-confirm-money =
    Une carte : { $price }
    Total : <b>{ $total }</b>
    Solde : { $before } → { $after }
buy-confirm-final = Le prix est garanti 10 minutes. Une commande est définitive.
# $at : quand la même chose a été commandée
buy-repeat =
    ⚠️ <b>Vous venez de commander exactement cela</b> : commande { $order }, { $at }.
    Ne confirmez que si vous en voulez encore.

## Boutons (48 caractères au plus). Texte simple.

# $name : un type ; $price : d’une carte
button-type = { $name } — { $price }
button-type-out = { $name } — stock épuisé
button-type-unpriced = { $name } — pas encore de prix
# Un type de montant libre, entre $least et $most
button-amount = Montant libre : { $least } à { $most }
amount-any = Montant libre
button-countries = 🌍 Choisir un pays
# $name : un pays ; $count : le nombre de ses produits
button-country = { $name } · { $count }
# Il y en a peut-être, mais celui qui le vend ne peut pas être interrogé
button-away = { $name } — indisponible
button-favourite = ⭐ { $name } — { $price }
# $total : le prix de toutes les cartes ensemble
button-confirm = Acheter { $quantity } — { $total }

## Messages au-dessus d’un bouton (200 caractères au plus). Texte simple.

toast-ordered-before = Déjà commandé : commande { $order }. Rien n’a été commandé une seconde fois.
toast-new-price = Cette offre a expiré. En voici une nouvelle.
toast-withdrawn = La commande { $order } est annulée.

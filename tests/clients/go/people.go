package main

// A pool, its client, users and groups by the AWS SDK: its types, its errors, its pages.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const password = "Passw0rd!"

func people(ctx context.Context, kept *state) {
	created, err := cognito.CreateUserPool(ctx, &cip.CreateUserPoolInput{
		PoolName:               &name,
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		Policies: &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: aws.Int32(8), RequireNumbers: true, TemporaryPasswordValidityDays: 3,
		}},
		UserPoolTags: map[string]string{"team": "blue"},
	})
	must("CreateUserPool", err)
	kept.Pool = *created.UserPool.Id
	check(time.Since(*created.UserPool.CreationDate).Abs() < 10*time.Minute, "created at %v", created.UserPool.CreationDate)
	client, err := cognito.CreateUserPoolClient(ctx, &cip.CreateUserPoolClientInput{
		UserPoolId: &kept.Pool, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	})
	must("CreateUserPoolClient", err)
	kept.Client = *client.UserPoolClient.ClientId
	done("a pool and a client, in the SDK's types")

	for number := range 7 {
		addUser(ctx, kept.Pool, fmt.Sprintf("user%d", number))
	}
	addUser(ctx, kept.Pool, "gus")
	kept.Usernames = usernames(ctx, kept.Pool)
	equal("how many users", len(kept.Usernames), 8)
	signIn(ctx, kept)
	groups(ctx, kept)
	refusals(ctx, kept)
}

func describe(ctx context.Context, pool string) json.RawMessage {
	described, err := cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &pool})
	must("DescribeUserPool", err)
	// Signing in and signing up change how many there are, and nothing else.
	described.UserPool.EstimatedNumberOfUsers = 0
	return json.RawMessage(plain(described.UserPool))
}

func addUser(ctx context.Context, pool, username string) {
	_, err := cognito.AdminCreateUser(ctx, &cip.AdminCreateUserInput{
		UserPoolId: &pool, Username: &username, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: aws.String(username + "@example.com")},
			{Name: aws.String("email_verified"), Value: aws.String("true")},
		},
	})
	must("AdminCreateUser", err)
	_, err = cognito.AdminSetUserPassword(ctx, &cip.AdminSetUserPasswordInput{
		UserPoolId: &pool, Username: &username, Password: aws.String(password), Permanent: true,
	})
	must("AdminSetUserPassword", err)
}

// usernames of all pages, which hold three users at most.
func usernames(ctx context.Context, pool string) []string {
	var found []string
	pages := cip.NewListUsersPaginator(cognito, &cip.ListUsersInput{UserPoolId: &pool, Limit: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must("ListUsers", err)
		check(len(page.Users) <= 3, "a page holds %d users", len(page.Users))
		for _, user := range page.Users {
			found = append(found, *user.Username)
		}
	}
	slices.Sort(found)
	check(len(slices.Compact(slices.Clone(found))) == len(found), "a user on two pages: %v", found)
	return found
}

func initiate(ctx context.Context, client string, flow types.AuthFlowType, parameters map[string]string) (*types.AuthenticationResultType, error) {
	answer, err := cognito.InitiateAuth(ctx, &cip.InitiateAuthInput{
		ClientId: &client, AuthFlow: flow, AuthParameters: parameters,
	})
	if err != nil {
		return nil, err
	}
	return answer.AuthenticationResult, nil
}

func refreshed(ctx context.Context, client, token string) (*types.AuthenticationResultType, error) {
	return initiate(ctx, client, types.AuthFlowTypeRefreshTokenAuth, map[string]string{"REFRESH_TOKEN": token})
}

func signIn(ctx context.Context, kept *state) {
	parameters := map[string]string{"USERNAME": "gus", "PASSWORD": password}
	tokens, err := initiate(ctx, kept.Client, types.AuthFlowTypeUserPasswordAuth, parameters)
	must("InitiateAuth", err)
	me, err := cognito.GetUser(ctx, &cip.GetUserInput{AccessToken: tokens.AccessToken})
	must("GetUser", err)
	equal("who", me.Username, "gus")
	kept.RefreshToken = *tokens.RefreshToken
	_, err = refreshed(ctx, kept.Client, kept.RefreshToken)
	must("a refresh", err)
	done("users in pages of three, a sign-in, a refresh")
}

func groups(ctx context.Context, kept *state) {
	for precedence, group := range []string{"staff", "north"} {
		_, err := cognito.CreateGroup(ctx, &cip.CreateGroupInput{
			UserPoolId: &kept.Pool, GroupName: &group, Precedence: aws.Int32(int32(precedence)),
		})
		must("CreateGroup", err)
		_, err = cognito.AdminAddUserToGroup(ctx, &cip.AdminAddUserToGroupInput{
			UserPoolId: &kept.Pool, GroupName: &group, Username: aws.String("gus"),
		})
		must("AdminAddUserToGroup", err)
	}
	equal("groups of gus", groupsOf(ctx, kept.Pool, "gus"), []string{"north", "staff"})
	done("groups")
}

func groupsOf(ctx context.Context, pool, username string) []string {
	var found []string
	request := cip.AdminListGroupsForUserInput{UserPoolId: &pool, Username: &username, Limit: aws.Int32(1)}
	pages := cip.NewAdminListGroupsForUserPaginator(cognito, &request)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must("AdminListGroupsForUser", err)
		for _, group := range page.Groups {
			found = append(found, *group.GroupName)
		}
	}
	slices.Sort(found)
	return found
}

// Each error comes as its type.
func refusals(ctx context.Context, kept *state) {
	_, err := cognito.AdminGetUser(ctx, &cip.AdminGetUserInput{UserPoolId: &kept.Pool, Username: aws.String("nobody")})
	refused[*types.UserNotFoundException](err, "User does not exist.")
	unknown := "us-east-1_Unknown00"
	_, err = cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &unknown})
	refused[*types.ResourceNotFoundException](err, "User pool us-east-1_Unknown00 does not exist.")
	parameters := map[string]string{"USERNAME": "gus", "PASSWORD": "Wr0ng-word"}
	_, err = initiate(ctx, kept.Client, types.AuthFlowTypeUserPasswordAuth, parameters)
	refused[*types.NotAuthorizedException](err, "Incorrect username or password.")
	_, err = cognito.AdminCreateUser(ctx, &cip.AdminCreateUserInput{UserPoolId: &kept.Pool, Username: aws.String("gus")})
	refused[*types.UsernameExistsException](err, "User account already exists")
	done("errors of the service in their types")
}

// refused says that an error is of the type E and has this text.
func refused[E interface {
	error
	ErrorMessage() string
}](err error, text string) {
	var refusal E
	check(errors.As(err, &refusal), "expected %T, came %v", refusal, err)
	equal("text of a refusal", refusal.ErrorMessage(), text)
}

func peopleAgain(ctx context.Context, kept state) {
	equal("the pool", describe(ctx, kept.Pool), kept.Described)
	equal("users", usernames(ctx, kept.Pool), kept.Usernames)
	equal("groups of gus", groupsOf(ctx, kept.Pool, "gus"), []string{"north", "staff"})
	_, err := refreshed(ctx, kept.Client, kept.RefreshToken)
	must("a refresh after the restart", err)
	done("pool, users, groups and a session outlive the restart")
}

func remove(ctx context.Context, kept state) {
	_, err := cognito.DeleteUserPoolDomain(ctx, &cip.DeleteUserPoolDomainInput{UserPoolId: &kept.Pool, Domain: &kept.Domain})
	must("DeleteUserPoolDomain", err)
	_, err = cognito.DeleteUserPool(ctx, &cip.DeleteUserPoolInput{UserPoolId: &kept.Pool})
	must("DeleteUserPool", err)
	_, err = cognito.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: &kept.Pool})
	refused[*types.ResourceNotFoundException](err, fmt.Sprintf("User pool %s does not exist.", kept.Pool))
	done("domain and pool are deleted")
}
